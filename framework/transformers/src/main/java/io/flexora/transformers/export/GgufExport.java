package io.flexora.transformers.export;

import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.DurableFolder;
import io.flexora.formats.gguf.GgufFile;
import io.flexora.formats.gguf.GgufMetadata;
import io.flexora.formats.gguf.GgufMetadataBuilder;
import io.flexora.formats.gguf.GgufTensor;
import io.flexora.formats.gguf.GgufType;
import io.flexora.formats.gguf.GgufValueType;
import io.flexora.formats.gguf.GgufWriter;
import io.flexora.formats.gguf.NewTensor;
import io.flexora.transformers.checkpoint.GgufForm;
import io.flexora.transformers.checkpoint.StoredTensor;
import io.flexora.transformers.family.CausalCheckpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes merged weights as a GGUF file for llama.cpp. Of a GGUF file the metadata stays, and what
 * no adapter changes is not even decoded where its type stays.
 */
final class GgufExport {
  private static final int BLOCK_BYTES = 1 << 20;
  // The numbers by which llama.cpp knows what most tensors of a file are.
  private static final Map<GgufType, Integer> FILE_TYPES =
      Map.of(GgufType.F16, 1, GgufType.Q8_0, 7);

  private final MergedWeights weights;
  private final CausalCheckpoint checkpoint;
  private final GgufForm form;
  private final GgufType type;

  private GgufExport(MergedWeights weights, GgufType type) {
    this.weights = weights;
    this.checkpoint = weights.checkpoint();
    this.form = checkpoint.description().gguf().orElseThrow();
    this.type = type;
  }

  static void write(
      MergedWeights weights, DurableFolder.Staging staging, String name, GgufType type)
      throws IOException {
    GgufExport export = new GgufExport(weights, type);
    Path location = export.checkpoint.location();
    if (Files.isDirectory(location)) {
      GgufMetadata metadata = export.labelled(export.ofFolder(location));
      List<NewTensor> tensors = export.ofFolder();
      staging.write(name, out -> GgufWriter.write(out, metadata, tensors));
      return;
    }
    try (GgufFile file = GgufFile.open(location)) {
      GgufMetadata metadata = export.labelled(GgufMetadata.builder().putAll(file.metadata()));
      List<NewTensor> tensors = export.ofFile(file);
      staging.write(name, out -> GgufWriter.write(out, metadata, tensors));
    }
  }

  private GgufMetadata labelled(GgufMetadataBuilder metadata) {
    return metadata
        .putNumber("general.file_type", GgufValueType.UINT32, FILE_TYPES.get(type))
        .putNumber("general.quantization_version", GgufValueType.UINT32, 2)
        .build();
  }

  /** Vectors stay exact, and a row that blocks do not fit into has no blocks. */
  private GgufType typeOf(List<Long> shape) {
    if (shape.size() < 2) {
      return GgufType.F32;
    }
    return shape.get(shape.size() - 1) % type.blockElements() == 0 ? type : GgufType.F16;
  }

  private GgufMetadataBuilder ofFolder(Path folder) throws IOException {
    GgufMetadataBuilder metadata = GgufMetadata.builder();
    metadata.putString("general.type", "model");
    metadata.putString("general.name", folder.toAbsolutePath().getFileName().toString());
    form.describe(folder.toString(), metadata);
    FolderTokens.put(folder, checkpoint.description().vocabulary(), metadata);
    return metadata;
  }

  private List<NewTensor> ofFolder() {
    List<NewTensor> tensors = new ArrayList<>();
    Map<String, List<StoredTensor>> parts = new LinkedHashMap<>();
    for (StoredTensor tensor : checkpoint.tensors().values()) {
      parts.computeIfAbsent(form.toGguf(tensor.name()), n -> new ArrayList<>()).add(tensor);
    }
    parts.forEach(
        (name, own) ->
            tensors.add(form.stacked(name).isEmpty() ? of(name, own.get(0)) : stacked(name)));
    form.vectors().forEach((name, v) -> tensors.add(vector(name, v)));
    return tensors;
  }

  private static NewTensor vector(String name, float[] values) {
    return NewTensor.of(
        name,
        List.of((long) values.length),
        GgufType.F32,
        (first, target, count) -> System.arraycopy(values, (int) first, target, 0, count));
  }

  /** Vectors of heads or matrices of experts below each other. */
  private NewTensor stacked(String name) {
    List<NewTensor> parts =
        form.stacked(name).stream().map(part -> of(name, checkpoint.tensors().get(part))).toList();
    List<Long> shape = new ArrayList<>(List.of((long) parts.size()));
    shape.addAll(parts.get(0).shape());
    return new NewTensor(
        name,
        shape,
        parts.get(0).type(),
        out -> {
          for (NewTensor part : parts) {
            part.content().writeTo(out);
          }
        });
  }

  /** A tensor whose rows come in Hugging Face order. */
  private NewTensor of(String name, StoredTensor tensor) {
    DurableFile.Content content =
        out -> {
          RowsForGguf rows = new RowsForGguf(weights, tensor);
          NewTensor.of(name, tensor.shape(), typeOf(tensor.shape()), rows::read)
              .content()
              .writeTo(out);
        };
    return new NewTensor(name, tensor.shape(), typeOf(tensor.shape()), content);
  }

  private List<NewTensor> ofFile(GgufFile file) {
    List<NewTensor> tensors = new ArrayList<>();
    for (GgufTensor tensor : file.tensors()) {
      String name = form.toHuggingFace(tensor.name()).orElse("");
      if (form.stacked(tensor.name()).stream().anyMatch(weights::changed)) {
        tensors.add(stacked(tensor.name()));
      } else if (weights.changed(name)) {
        tensors.add(of(tensor.name(), checkpoint.tensors().get(name)));
      } else {
        tensors.add(kept(file, tensor));
      }
    }
    return tensors;
  }

  private NewTensor kept(GgufFile file, GgufTensor tensor) {
    GgufType wanted = typeOf(tensor.shape());
    if (tensor.type() == wanted) {
      return new NewTensor(tensor.name(), tensor.shape(), wanted, out -> copy(file, tensor, out));
    }
    return NewTensor.of(
        tensor.name(),
        tensor.shape(),
        wanted,
        (first, target, count) -> file.readFloats(tensor.name(), first, target, 0, count));
  }

  private static void copy(GgufFile file, GgufTensor tensor, OutputStream out) throws IOException {
    for (long at = 0; at < tensor.byteCount(); at += BLOCK_BYTES) {
      int bytes = (int) Math.min(BLOCK_BYTES, tensor.byteCount() - at);
      ByteBuffer block = ByteBuffer.allocate(bytes);
      file.read(tensor.name(), at, block);
      out.write(block.array());
    }
  }
}
