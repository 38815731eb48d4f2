package io.flexora.formats.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.core.util.Separators.Spacing;
import io.flexora.files.durable.DurableFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the weights of a model of any size: one file, or shards with an index, named and divided
 * as transformers does. A tensor's content is asked for when its turn comes, so that memory need
 * not hold the model.
 *
 * @since 0.1
 */
public final class ShardedWriter {

  /** The greatest size of a shard that transformers writes by itself, in bytes. */
  public static final long DEFAULT_SHARD_BYTES = 5_000_000_000L;

  private static final DefaultPrettyPrinter LIKE_PYTHON =
      new DefaultPrettyPrinter(
              Separators.createDefaultInstance().withObjectFieldValueSpacing(Spacing.AFTER))
          .withObjectIndenter(new DefaultIndenter("  ", "\n"));

  private ShardedWriter() {}

  /**
   * Writes the files into a folder that is not complete yet. Tensors are divided in the order in
   * which they come; one that is larger than a shard has a shard for itself.
   *
   * @param shardBytes the greatest size of the tensors of a shard, in bytes
   * @throws IOException if a file cannot be written
   * @throws IllegalArgumentException if two tensors have one name
   */
  public static void write(
      DurableFolder.Staging folder,
      List<Tensor> tensors,
      Map<String, String> metadata,
      long shardBytes)
      throws IOException {
    List<List<Tensor>> shards = divide(tensors, shardBytes);
    if (shards.size() == 1) {
      folder.write(SafetensorsModel.SINGLE, out -> SafetensorsWriter.write(out, tensors, metadata));
      return;
    }
    Map<String, String> files = new TreeMap<>();
    for (int i = 0; i < shards.size(); i++) {
      List<Tensor> shard = shards.get(i);
      String name =
          String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards.size());
      for (Tensor tensor : shard) {
        if (files.put(tensor.name(), name) != null) {
          throw new IllegalArgumentException("two tensors have the name " + tensor.name());
        }
      }
      folder.write(name, out -> SafetensorsWriter.write(out, shard, metadata));
    }
    folder.write(SafetensorsModel.INDEX, out -> writeIndex(out, files, tensors));
  }

  private static List<List<Tensor>> divide(List<Tensor> tensors, long shardBytes) {
    List<List<Tensor>> shards = new ArrayList<>();
    List<Tensor> shard = new ArrayList<>();
    long size = 0;
    for (Tensor tensor : tensors) {
      long bytes = tensor.byteCount();
      if (bytes > shardBytes) {
        shards.add(List.of(tensor));
        continue;
      }
      if (size > shardBytes - bytes) {
        shards.add(shard);
        shard = new ArrayList<>();
        size = 0;
      }
      shard.add(tensor);
      size += bytes;
    }
    if (!shard.isEmpty() || shards.isEmpty()) {
      shards.add(shard);
    }
    return shards;
  }

  private static void writeIndex(OutputStream out, Map<String, String> files, List<Tensor> tensors)
      throws IOException {
    JsonFactory factory = new JsonFactory().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    try (JsonGenerator json = factory.createGenerator(out)) {
      json.setPrettyPrinter(LIKE_PYTHON.createInstance());
      json.writeStartObject();
      json.writeObjectFieldStart("metadata");
      json.writeNumberField(
          "total_parameters",
          tensors.stream().mapToLong(t -> t.byteCount() / t.type().bytes()).sum());
      json.writeNumberField("total_size", tensors.stream().mapToLong(Tensor::byteCount).sum());
      json.writeEndObject();
      json.writeObjectFieldStart("weight_map");
      for (Map.Entry<String, String> entry : files.entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }
}
