package io.flexora.transformers.checkpoint;

import io.flexora.api.run.FlexoraException;
import io.flexora.formats.bitsandbytes.FourBitMatrix;
import io.flexora.formats.number.Bfloat16;
import io.flexora.formats.number.Half;
import io.flexora.formats.safetensors.SafetensorsModel;
import io.flexora.formats.safetensors.TensorInfo;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A folder of safetensors files in Hugging Face form. */
final class FolderCheckpoint implements Checkpoint {

  private final Path folder;
  private final SafetensorsModel files;
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> namesInFiles = new LinkedHashMap<>();
  private final Map<String, FourBitMatrix> fourBits = new HashMap<>();

  private FolderCheckpoint(
      Path folder, SafetensorsModel files, Function<String, Optional<String>> names)
      throws IOException {
    this.folder = folder;
    this.files = files;
    Path where = files.files().size() == 1 ? files.files().get(0) : folder;
    for (TensorInfo tensor : files.tensors()) {
      Optional<String> name = names.apply(tensor.name());
      if (name.isPresent() && !FourBitMatrix.isBeside(files, tensor.name())) {
        add(name.get(), tensor, where);
      }
    }
  }

  static Checkpoint open(Path folder, Function<String, Optional<String>> names) throws IOException {
    SafetensorsModel files = SafetensorsModel.open(folder);
    try {
      return new FolderCheckpoint(folder, files, names);
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
  }

  private void add(String name, TensorInfo tensor, Path where) throws IOException {
    String label = StoredTensor.label(tensor.name(), where);
    Optional<FourBitMatrix> matrix = FourBitMatrix.open(files, tensor.name());
    matrix.ifPresent(m -> fourBits.put(name, m));
    StoredType type =
        switch (matrix.map(FourBitMatrix::type).orElse(tensor.type())) {
          case F16 -> StoredType.F16;
          case BF16 -> StoredType.BF16;
          case F32 -> StoredType.F32;
          default ->
              throw new FlexoraException(
                  label
                      + " has the type "
                      + tensor.type()
                      + "; accepted are BF16, F16 and F32, and what bitsandbytes stores in four"
                      + " bits. Take a checkpoint that is not quantised");
        };
    List<Long> shape = matrix.map(FourBitMatrix::shape).orElse(tensor.shape());
    if (tensors.put(name, new StoredTensor(name, shape, type, label)) != null) {
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
    FourBitMatrix matrix = fourBits.get(tensor.name());
    if (matrix == null) {
      files.read(namesInFiles.get(tensor.name()), firstRow * tensor.rowBytes(), into);
    } else {
      dequantise(matrix, tensor, firstRow, into);
    }
  }

  private static void dequantise(
      FourBitMatrix matrix, StoredTensor tensor, long firstRow, ByteBuffer into)
      throws IOException {
    float[] numbers = new float[into.remaining() / tensor.type().bytes()];
    matrix.readFloats(firstRow * tensor.rowSize(), numbers, numbers.length);
    into.order(ByteOrder.LITTLE_ENDIAN);
    for (float number : numbers) {
      switch (tensor.type()) {
        case F32 -> into.putFloat(number);
        case F16 -> into.putShort(Half.bits(number));
        case BF16 -> into.putShort(Bfloat16.bits(number));
      }
    }
  }

  @Override
  public Optional<FourBitMatrix> fourBit(StoredTensor tensor) {
    return Optional.ofNullable(fourBits.get(tensor.name()));
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
