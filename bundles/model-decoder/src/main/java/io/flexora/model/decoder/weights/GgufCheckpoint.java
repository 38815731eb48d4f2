package io.flexora.model.decoder.weights;

import io.flexora.formats.gguf.GgufFile;
import io.flexora.formats.gguf.GgufTensor;
import io.flexora.formats.gguf.GgufType;
import io.flexora.model.decoder.family.Decoder;
import io.flexora.model.decoder.shape.GgufNames;
import io.flexora.transformers.checkpoint.StoredTensor;
import io.flexora.transformers.checkpoint.StoredType;
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

/** A GGUF file, as it would look in Hugging Face form. */
final class GgufCheckpoint implements Checkpoint {
  private final GgufFile file;
  private final Decoder decoder;
  private final GgufNames names;
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
  private final Map<String, Original> originals = new LinkedHashMap<>();

  /** Where a tensor's numbers are: from which number of which tensor of the file on. */
  private record Original(GgufTensor tensor, long first) {}

  private GgufCheckpoint(GgufFile file, Decoder decoder) {
    this.file = file;
    this.decoder = decoder;
    this.names = decoder.ggufNames();
    for (GgufTensor tensor : file.tensors()) {
      List<String> heads = names.ofHeads(tensor.name());
      for (int head = 0; head < heads.size(); head++) {
        List<Long> one = tensor.shape().subList(1, tensor.shape().size());
        put(heads.get(head), one, new Original(tensor, head * size(one)));
      }
      if (heads.isEmpty()) {
        String name = names.toHuggingFace(tensor.name()).orElse(tensor.name());
        put(name, tensor.shape(), new Original(tensor, 0));
      }
    }
  }

  private void put(String name, List<Long> shape, Original original) {
    if (!Expected.harmless(name, decoder)) {
      String label = StoredTensor.label(original.tensor().name(), file.path());
      tensors.put(name, new StoredTensor(name, shape, type(name, original.tensor()), label));
      originals.put(name, original);
    }
  }

  private static long size(List<Long> shape) {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  static Checkpoint open(Path path) throws IOException {
    GgufFile file = GgufFile.open(path);
    try {
      return new GgufCheckpoint(file, Decoder.ofGguf(file));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
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

  /** Whether llama.cpp has added to a norm what the family adds when it computes. */
  private boolean shifted(String name) {
    return names.added(name) != 0;
  }

  @Override
  public Path location() {
    return file.path();
  }

  @Override
  public Decoder decoder() {
    return decoder;
  }

  @Override
  public Map<String, StoredTensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  @Override
  public void read(StoredTensor tensor, long firstRow, ByteBuffer into) throws IOException {
    if (firstRow < 0 || firstRow > tensor.rows() - into.remaining() / tensor.rowBytes()) {
      throw new EOFException("row " + firstRow + " of " + tensor.label());
    }
    if (names.permuted(tensor.name())) {
      readHeads(tensor, firstRow, into);
    } else {
      readStored(tensor, firstRow, into);
    }
  }

  /** Reads whole heads, whose rows are then picked in the half-split order. */
  private void readHeads(StoredTensor tensor, long firstRow, ByteBuffer into) throws IOException {
    int headSize = decoder.shape().headSize();
    int rowBytes = Math.toIntExact(tensor.rowBytes());
    ByteBuffer head = ByteBuffer.allocate(Math.multiplyExact(rowBytes, headSize));
    long loaded = -1;
    for (long row = firstRow; into.hasRemaining(); row++) {
      long first = row - row % headSize;
      if (first != loaded) {
        readStored(tensor, first, head.clear());
        loaded = first;
      }
      int at = Math.toIntExact(RotaryRows.inGguf(row, headSize) - first) * rowBytes;
      into.put(head.array(), at, rowBytes);
    }
  }

  private void readStored(StoredTensor tensor, long firstRow, ByteBuffer into) throws IOException {
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
        floats.put(i, floats.get(i) - (float) names.added(tensor.name()));
      }
    }
    into.position(into.limit());
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
