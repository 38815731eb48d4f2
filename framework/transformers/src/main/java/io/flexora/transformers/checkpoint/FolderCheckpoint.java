package io.flexora.transformers.checkpoint;

import io.flexora.api.run.FlexoraException;
import io.flexora.formats.safetensors.SafetensorsModel;
import io.flexora.formats.safetensors.TensorInfo;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A folder of safetensors files in Hugging Face form. */
final class FolderCheckpoint implements Checkpoint {

  private final Path folder;
  private final SafetensorsModel files;
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> namesInFiles = new LinkedHashMap<>();

  private FolderCheckpoint(
      Path folder, SafetensorsModel files, Function<String, Optional<String>> names) {
    this.folder = folder;
    this.files = files;
    Path where = files.files().size() == 1 ? files.files().get(0) : folder;
    for (TensorInfo tensor : files.tensors()) {
      names.apply(tensor.name()).ifPresent(name -> add(name, tensor, where));
    }
  }

  static Checkpoint open(Path folder, Function<String, Optional<String>> names) throws IOException {
    SafetensorsModel files = SafetensorsModel.open(folder);
    try {
      return new FolderCheckpoint(folder, files, names);
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  private void add(String name, TensorInfo tensor, Path where) {
    String label = StoredTensor.label(tensor.name(), where);
    StoredType type =
        switch (tensor.type()) {
          case F16 -> StoredType.F16;
          case BF16 -> StoredType.BF16;
          case F32 -> StoredType.F32;
          default ->
              throw new FlexoraException(
                  label
                      + " has the type "
                      + tensor.type()
                      + "; accepted are BF16, F16 and F32. Take a checkpoint that is not quantised");
        };
    if (tensors.put(name, new StoredTensor(name, tensor.shape(), type, label)) != null) {
      throw new FlexoraException(
          "%s is there twice, also as '%s'; take another checkpoint"
              .formatted(label, namesInFiles.get(name)));
    }
    namesInFiles.put(name, tensor.name());
  }

  @Override
  public Path location() {
    return folder;
  }

  @Override
  public Map<String, StoredTensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  @Override
  public String nameInFolder(StoredTensor tensor) {
    return namesInFiles.get(tensor.name());
  }

  @Override
  public void read(StoredTensor tensor, long firstRow, ByteBuffer into) throws IOException {
    if (firstRow < 0 || firstRow > tensor.rows()) {
      throw new EOFException("row " + firstRow + " of " + tensor.label());
    }
    files.read(namesInFiles.get(tensor.name()), firstRow * tensor.rowBytes(), into);
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
