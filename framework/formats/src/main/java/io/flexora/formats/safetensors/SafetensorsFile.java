package io.flexora.formats.safetensors;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.RegularFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An open safetensors file. Opening checks every rule of the format, so that whatever is read later
 * lies within the file; files may be larger than 2 GiB.
 *
 * <p>Opening takes memory in proportion to the header, which is at most {@code 100,000,000} bytes
 * and never more than the file; reading a tensor takes the tensor's size in the type that is asked
 * for and a constant.
 *
 * @since 0.1
 */
public final class SafetensorsFile implements AutoCloseable {

  private static final int LENGTH_BYTES = 8;

  private final Path path;
  private final FileChannel channel;
  private final long dataStart;
  private final SafetensorsHeader header;
  private final Map<String, TensorInfo> byName;

  private SafetensorsFile(
      Path path, FileChannel channel, long dataStart, SafetensorsHeader header) {
    this.path = path;
    this.channel = channel;
    this.dataStart = dataStart;
    this.header = header;
    this.byName = new LinkedHashMap<>();
    header.tensors().forEach(tensor -> byName.put(tensor.name(), tensor));
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws IOException if it cannot be read
   * @throws MalformedSafetensorsException if it breaks a rule of the format
   */
  public static SafetensorsFile open(Path path) throws IOException {
    FileChannel channel = RegularFile.channel(path);
    try {
      long length = headerLength(channel);
      long start = LENGTH_BYTES + length;
      String text = utf8(read(channel, LENGTH_BYTES, (int) length), "the header");
      SafetensorsHeader header = SafetensorsHeaderParser.parse(text, channel.size() - start);
      return new SafetensorsFile(path, channel, start, header);
    } catch (BrokenSafetensorsRule e) {
      channel.close();
      throw new MalformedSafetensorsException(path, e.getMessage());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static long headerLength(FileChannel channel) throws IOException, BrokenSafetensorsRule {
    long size = channel.size();
    if (size < LENGTH_BYTES) {
      throw new BrokenSafetensorsRule(
          "its " + size + " bytes are too few to hold the header's length");
    }
    long length = read(channel, 0, LENGTH_BYTES).getLong();
    if (length < 0 || length > SafetensorsHeader.MAX_BYTES) {
      throw new BrokenSafetensorsRule(
          "its header has " + Long.toUnsignedString(length) + " bytes; the most is 100000000");
    }
    if (length > size - LENGTH_BYTES) {
      throw new BrokenSafetensorsRule(
          "its header has " + length + " bytes but only " + (size - LENGTH_BYTES) + " follow");
    }
    return length;
  }

  static String utf8(ByteBuffer bytes, String what) throws BrokenSafetensorsRule {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new BrokenSafetensorsRule(what + " is not UTF-8");
    }
  }

  /** The file. */
  public Path path() {
    return path;
  }

  /** The strings under {@code __metadata__}; empty if there are none. */
  public Map<String, String> metadata() {
    return Map.copyOf(header.metadata());
  }

  /** The tensors in the order of their bytes. */
  public List<TensorInfo> tensors() {
    return List.copyOf(header.tensors());
  }

  /** Whether there is a tensor of that name. */
  public boolean has(String name) {
    return byName.containsKey(name);
  }

  /**
   * Finds a tensor by its name.
   *
   * @throws FlexoraException if there is none
   */
  public TensorInfo tensor(String name) {
    TensorInfo tensor = byName.get(name);
    if (tensor == null) {
      throw new FlexoraException(path + " has no tensor '" + name + "'; it has " + someNames());
    }
    return tensor;
  }

  private String someNames() {
    String names = String.join(", ", byName.keySet().stream().limit(10).toList());
    return byName.isEmpty() ? "none" : names + (byName.size() > 10 ? ", ..." : "");
  }

  /**
   * Maps the bytes of a tensor of at most 2 GiB into memory, read-only and little-endian. The
   * mapping outlives this object; the file must not be truncated while it is used.
   *
   * @throws IOException if the tensor is larger or cannot be mapped
   */
  public ByteBuffer map(String name) throws IOException {
    TensorInfo tensor = tensor(name);
    if (tensor.byteCount() > Integer.MAX_VALUE) {
      throw new IOException("tensor '" + name + "' of " + path + " is larger than 2 GiB");
    }
    return map(name, 0, (int) tensor.byteCount());
  }

  /**
   * Maps a part of a tensor's bytes into memory; see {@link #map(String)}.
   *
   * @param from the index of the first byte in the tensor
   * @param byteCount how many bytes to map
   * @throws IOException if the part is not within the tensor or cannot be mapped
   */
  public ByteBuffer map(String name, long from, int byteCount) throws IOException {
    long at = place(tensor(name), from, byteCount);
    return channel.map(FileChannel.MapMode.READ_ONLY, at, byteCount).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Reads a part of a tensor's bytes, as many as the buffer has room for.
   *
   * @param from the index of the first byte in the tensor
   * @throws IOException if the part is not within the tensor or cannot be read
   */
  public void read(String name, long from, ByteBuffer into) throws IOException {
    readFully(channel, place(tensor(name), from, into.remaining()), into);
  }

  private long place(TensorInfo tensor, long from, int byteCount) throws EOFException {
    if (byteCount < 0 || from < 0 || from > tensor.byteCount() - byteCount) {
      throw new EOFException(
          byteCount
              + " bytes from byte "
              + from
              + " are not within the "
              + tensor.byteCount()
              + (" bytes of tensor '" + tensor.name() + "' of " + path));
    }
    return dataStart + tensor.begin() + from;
  }

  /**
   * Reads elements of a tensor of type F32, F16 or BF16, each exactly, or F64, each rounded, as
   * many as the target has room for.
   *
   * @param firstElement the index of the first element to read, row-major
   * @throws IOException if there are not so many elements, they cannot be read or are of another
   *     type
   */
  public void readFloats(String name, long firstElement, FloatBuffer target) throws IOException {
    TensorInfo tensor = tensor(name);
    if (firstElement < 0 || firstElement > tensor.size() - target.remaining()) {
      throw new EOFException(
          target.remaining()
              + " elements from element "
              + firstElement
              + " are not within the "
              + (tensor.size() + " elements of tensor '" + name + "' of " + path));
    }
    Elements.floats(this, tensor, firstElement, target);
  }

  /**
   * Reads all elements of a tensor of type F32, F16 or BF16, each exactly, or F64, each rounded.
   *
   * @throws IOException if it cannot be read, is of another type or has more than 2^31 - 1 elements
   */
  public float[] floats(String name) throws IOException {
    return Elements.floats(this, tensor(name));
  }

  /**
   * Reads all elements of a tensor of type F64, F32, F16 or BF16, each exactly.
   *
   * @throws IOException if it cannot be read, is of another type or has more than 2^31 - 1 elements
   */
  public double[] doubles(String name) throws IOException {
    return Elements.doubles(this, tensor(name));
  }

  /**
   * Reads all elements of a tensor of a signed integer type, U8 or BOOL.
   *
   * @throws IOException if it cannot be read, is of another type or has more than 2^31 - 1 elements
   */
  public long[] longs(String name) throws IOException {
    return Elements.longs(this, tensor(name));
  }

  /** Closes the file; what was read or mapped stays usable. */
  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static ByteBuffer read(FileChannel channel, long from, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    readFully(channel, from, buffer);
    return buffer.flip();
  }

  private static void readFully(FileChannel channel, long from, ByteBuffer into)
      throws IOException {
    long position = from;
    while (into.hasRemaining()) {
      int read = channel.read(into, position);
      if (read < 0) {
        throw new EOFException("the file was cut at byte " + position + " while it was read");
      }
      position += read;
    }
  }
}
