package io.flexora.transformers.checkpoint;

import io.flexora.formats.gguf.GgufFile;
import io.flexora.formats.gguf.GgufTensor;
import io.flexora.formats.gguf.GgufType;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A GGUF file, as it would look in Hugging Face form. */
final class GgufCheckpoint implements Checkpoint {

  private final GgufFile file;
  private final GgufForm form;
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
  private final Map<String, Original> originals = new LinkedHashMap<>();

  /** The place of a tensor's numbers: a tensor of the file, and the first number in it. */
  private record Original(GgufTensor tensor, long first) {}

  GgufCheckpoint(GgufFile file, GgufForm form, Function<String, Optional<String>> names) {
    this.file = file;
    this.form = form;
    for (GgufTensor tensor : file.tensors()) {
      List<String> stacked = form.stacked(tensor.name());
      for (int i = 0; i < stacked.size(); i++) {
        List<Long> one = tensor.shape().subList(1, tensor.shape().size());
        add(names.apply(stacked.get(i)), one, new Original(tensor, i * size(one)));
      }
      if (stacked.isEmpty()) {
        String name = form.toHuggingFace(tensor.name()).orElse(tensor.name());
        add(names.apply(name), tensor.shape(), new Original(tensor, 0));
      }
    }
  }

  private void add(Optional<String> used, List<Long> shape, Original original) {
    if (used.isPresent()) {
      String name = used.get();
      String label = StoredTensor.label(original.tensor().name(), file.path());
      tensors.put(name, new StoredTensor(name, shape, type(name, original.tensor()), label));
      originals.put(name, original);
    }
  }

  private static long size(List<Long> shape) {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  private StoredType type(String name, GgufTensor tensor) {
    if (shifted(name)) {
      return StoredType.F32;
    }
    return switch (tensor.type()) {
      case F16 -> StoredType.F16;
      case BF16 -> StoredType.BF16;
      default -> StoredType.F32;
    };
  }

  private boolean shifted(String name) {
    return form.added(name) != 0;
  }

  @Override
  public Path location() {
    return file.path();
  }

  @Override
  public Map<String, StoredTensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  /** Reads rows of a tensor as the file has them. */
  @FunctionalInterface
  private interface Rows {
    void read(long firstRow, ByteBuffer into) throws IOException;
  }

  @Override
  public void read(StoredTensor tensor, long firstRow, ByteBuffer into) throws IOException {
    read(tensor, firstRow, tensor.rowBytes(), into, (row, part) -> readNumbers(tensor, row, part));
  }

  @Override
  public Optional<GgufType> quantised(StoredTensor tensor) {
    return Optional.of(originals.get(tensor.name()).tensor().type())
        .filter(t -> t.blockElements() > 1);
  }

  @Override
  public void readBlocks(StoredTensor tensor, long firstRow, ByteBuffer into) throws IOException {
    GgufType type =
        quantised(tensor)
            .orElseThrow(() -> new IllegalArgumentException(tensor.label() + " is not quantised"));
    long rowBytes = tensor.rowSize() / type.blockElements() * type.blockBytes();
    Original place = originals.get(tensor.name());
    String original = place.tensor().name();
    long first = place.first() / type.blockElements() * type.blockBytes();
    read(
        tensor,
        firstRow,
        rowBytes,
        into,
        (row, part) -> file.read(original, first + row * rowBytes, part));
  }

  private void read(StoredTensor tensor, long firstRow, long rowBytes, ByteBuffer into, Rows rows)
      throws IOException {
    if (firstRow < 0 || firstRow > tensor.rows() - into.remaining() / rowBytes) {
      throw new EOFException("row " + firstRow + " of " + tensor.label());
    }
    int headSize = form.turnedHead(tensor.name());
    if (headSize == 0) {
      rows.read(firstRow, into);
    } else {
      readHeads(firstRow, Math.toIntExact(rowBytes), headSize, into, rows);
    }
  }

  /** Reads whole heads, whose rows are then picked in the half-split order. */
  private static void readHeads(
      long firstRow, int rowBytes, int headSize, ByteBuffer into, Rows rows) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(Math.multiplyExact(rowBytes, headSize));
    long loaded = -1;
    for (long row = firstRow; into.hasRemaining(); row++) {
      long first = row - row % headSize;
      if (first != loaded) {
        rows.read(first, head.clear());
        loaded = first;
      }
      int at = Math.toIntExact(RotaryRows.inGguf(row, headSize) - first) * rowBytes;
      into.put(head.array(), at, rowBytes);
    }
  }

  private void readNumbers(StoredTensor tensor, long firstRow, ByteBuffer into) throws IOException {
    Original place = originals.get(tensor.name());
    GgufTensor original = place.tensor();
    boolean raw = original.type() == GgufType.valueOf(tensor.type().name());
    if (raw && !shifted(tensor.name())) {
      long bytes = place.first() * tensor.type().bytes();
      file.read(original.name(), bytes + firstRow * tensor.rowBytes(), into);
      return;
    }
    FloatBuffer floats = into.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    file.readFloats(original.name(), place.first() + firstRow * tensor.rowSize(), floats);
    if (shifted(tensor.name())) {
      for (int i = 0; i < floats.capacity(); i++) {
        floats.put(i, floats.get(i) - (float) form.added(tensor.name()));
      }
    }
    into.position(into.limit());
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
