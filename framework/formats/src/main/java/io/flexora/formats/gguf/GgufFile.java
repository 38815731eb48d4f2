package io.flexora.formats.gguf;

import io.flexora.api.run.FlexoraException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * An open model in GGUF form of version 2 or 3, little-endian: a file, or the parts of one that was
 * split, named by the first. Opening checks every rule of the format, so that whatever is read
 * later lies within the file; files and tensors may be larger than 2 GiB.
 *
 * <p>Opening takes memory in proportion to the metadata, reading takes the target and a constant.
 * Reads may run in several threads at once.
 *
 * @since 0.1
 */
public final class GgufFile implements AutoCloseable {

  private final Path path;
  private final List<GgufPart> parts;
  private final GgufMetadata metadata;
  private final Map<String, Placed> byName = new LinkedHashMap<>();

  /** A tensor and the open file that it is in. */
  private record Placed(GgufTensor tensor, FileChannel channel) {}

  private GgufFile(List<GgufPart> parts) {
    this.path = parts.get(0).path();
    this.parts = List.copyOf(parts);
    this.metadata = metadata(parts);
    for (GgufPart part : parts) {
      for (GgufTensor tensor : part.header().tensors()) {
        if (byName.put(tensor.name(), new Placed(tensor, part.channel())) != null) {
          throw new MalformedGgufException(
              part.path(),
              "tensor " + BrokenGgufRule.quoted(tensor.name()) + " is in another part too");
        }
      }
    }
  }

  private static GgufMetadata metadata(List<GgufPart> parts) {
    GgufMetadata first = parts.get(0).header().metadata();
    if (parts.size() == 1) {
      return first;
    }
    GgufMetadataBuilder whole = GgufMetadata.builder().putAll(first);
    GgufSplit.KEYS.forEach(whole::remove);
    return whole.build(parts.get(0).path().toString());
  }

  /**
   * Opens a file and checks its header; where it is the first part of a model that was split, also
   * the other parts, which lie beside it.
   *
   * @throws IOException if it cannot be read
   * @throws MalformedGgufException if it breaks a rule of the format
   * @throws FlexoraException if it is another part than the first, or not all parts are there
   */
  public static GgufFile open(Path path) throws IOException {
    List<GgufPart> parts = new ArrayList<>();
    try {
      parts.add(GgufPart.open(path));
      GgufSplit.openOthers(parts);
      return new GgufFile(parts);
    } catch (IOException | RuntimeException e) {
      close(parts);
      throw e;
    }
  }

  /**
   * The names of the other parts of a model that was split, by the name of the first.
   *
   * @param first a name or a location
   * @return empty if the name is not that of a first part
   */
  public static List<String> otherParts(String first) {
    return GgufSplit.others(first);
  }

  /** The file, or the first part. */
  public Path path() {
    return path;
  }

  /** The metadata. */
  public GgufMetadata metadata() {
    return metadata;
  }

  /** The tensors in the order of their bytes, part by part. */
  public List<GgufTensor> tensors() {
    return byName.values().stream().map(Placed::tensor).toList();
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
  public GgufTensor tensor(String name) {
    return placed(name).tensor();
  }

  private Placed placed(String name) {
    Placed placed = byName.get(name);
    if (placed == null) {
      throw new FlexoraException(path + " has no tensor '" + name + "'; it has " + someNames());
    }
    return placed;
  }

  private String someNames() {
    String names = String.join(", ", byName.keySet().stream().limit(10).toList());
    return byName.isEmpty() ? "none" : names + (byName.size() > 10 ? ", ..." : "");
  }

  /**
   * Maps a part of a tensor's bytes into memory, read-only and little-endian. The mapping outlives
   * this object; the file must not be truncated while it is used.
   *
   * @param from the index of the first byte in the tensor
   * @param byteCount how many bytes to map
   * @throws IOException if the part is not within the tensor or cannot be mapped
   */
  public ByteBuffer map(String name, long from, int byteCount) throws IOException {
    long at = place(name, from, byteCount);
    return placed(name)
        .channel()
        .map(FileChannel.MapMode.READ_ONLY, at, byteCount)
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Reads a part of a tensor's bytes, as many as the buffer has room for.
   *
   * @param from the index of the first byte in the tensor
   * @throws IOException if the part is not within the tensor or cannot be read
   */
  public void read(String name, long from, ByteBuffer into) throws IOException {
    long at = place(name, from, into.remaining());
    HeaderCursor.readFully(placed(name).channel(), at, into);
  }

  private long place(String name, long from, int byteCount) throws EOFException {
    GgufTensor tensor = tensor(name);
    if (byteCount < 0 || from < 0 || from > tensor.byteCount() - byteCount) {
      throw new EOFException(
          byteCount
              + " bytes from byte "
              + from
              + " are not within the "
              + tensor.byteCount()
              + (" bytes of tensor '" + name + "' of " + path));
    }
    return tensor.offset() + from;
  }

  /**
   * Reads elements of a tensor, row-major, and fills the target with them.
   *
   * @param firstElement the index of the first element to read
   * @throws IOException if there are not so many elements or they cannot be read
   * @throws FlexoraException if the tensor's type is not {@link GgufType#readable}
   */
  public void readFloats(String name, long firstElement, float[] target) throws IOException {
    readFloats(name, firstElement, target, 0, target.length);
  }

  /**
   * Reads elements of a tensor, row-major, into a part of the target.
   *
   * @param firstElement the index of the first element to read
   * @param from the index in the target where the first element goes
   * @param count how many elements to read
   * @throws IOException if there are not so many elements or they cannot be read
   * @throws FlexoraException if the tensor's type is not {@link GgufType#readable}
   */
  public void readFloats(String name, long firstElement, float[] target, int from, int count)
      throws IOException {
    Objects.checkFromIndexSize(from, count, target.length);
    reader(name, firstElement, count).read(firstElement, target, from, count);
  }

  /**
   * Reads elements of a tensor, row-major, as many as the target has room for.
   *
   * @param firstElement the index of the first element to read
   * @throws IOException if there are not so many elements or they cannot be read
   * @throws FlexoraException if the tensor's type is not {@link GgufType#readable}
   */
  public void readFloats(String name, long firstElement, FloatBuffer target) throws IOException {
    int count = target.remaining();
    reader(name, firstElement, count).read(firstElement, count, target::put);
  }

  private BlockReader reader(String name, long firstElement, int count) throws EOFException {
    GgufTensor tensor = tensor(name);
    Dequantiser dequantiser = Dequantiser.of(tensor.type()).orElseThrow(() -> unreadable(tensor));
    if (firstElement < 0 || firstElement > tensor.size() - count) {
      throw new EOFException(
          count
              + " elements from element "
              + firstElement
              + " are not within the "
              + tensor.size()
              + (" elements of tensor '" + name + "' of " + path));
    }
    return new BlockReader(placed(name).channel(), tensor, dequantiser);
  }

  private FlexoraException unreadable(GgufTensor tensor) {
    return new FlexoraException(
        "tensor '"
            + tensor.name()
            + "' of "
            + path
            + " has the type "
            + tensor.type()
            + ", which cannot be read; take a file that is quantised to one of "
            + GgufType.readableNames());
  }

  /** Closes the files; what was read or mapped stays usable. */
  @Override
  public void close() throws IOException {
    close(parts);
  }

  private static void close(List<GgufPart> parts) throws IOException {
    for (GgufPart part : parts) {
      part.close();
    }
  }
}
