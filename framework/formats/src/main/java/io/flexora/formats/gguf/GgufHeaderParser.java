package io.flexora.formats.gguf;

import static io.flexora.formats.gguf.BrokenGgufRule.quoted;
import static io.flexora.formats.gguf.BrokenGgufRule.require;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads what comes before the tensors: the metadata and the descriptions of the tensors. */
final class GgufHeaderParser {

  /** The greatest length of a name or key, in bytes. */
  private static final int MAX_NAME_BYTES = (1 << 16) - 1;

  private static final int MAX_NESTING = 8;

  /** The letters GGUF. */
  static final int MAGIC = 0x46554747;

  /** The version that is written. */
  static final int VERSION = 3;

  private static final int LEAST_ENTRY_BYTES = 8 + 4 + 1;
  private static final int LEAST_TENSOR_BYTES = 8 + 4 + 4 + 8;

  /**
   * The greatest number of tensors, of entries and of nested arrays; real models have thousands.
   */
  private static final int MAX_COUNT = 1 << 18;

  private final HeaderCursor cursor;
  private int nestedArrays;

  private GgufHeaderParser(HeaderCursor cursor) {
    this.cursor = cursor;
  }

  static GgufHeader parse(Path file, FileChannel channel) throws IOException, BrokenGgufRule {
    HeaderCursor cursor = new HeaderCursor(channel, GgufHeader.MAX_BYTES);
    return new GgufHeaderParser(cursor).header(file, channel.size());
  }

  private GgufHeader header(Path file, long fileBytes) throws IOException, BrokenGgufRule {
    require(cursor.i32("the magic number") == MAGIC, "it does not start with the letters GGUF");
    checkVersion();
    int tensors = cursor.count("tensors", LEAST_TENSOR_BYTES);
    int entries = cursor.count("metadata entries", LEAST_ENTRY_BYTES);
    require(tensors <= MAX_COUNT, "it has " + tensors + " tensors; the most is " + MAX_COUNT);
    require(entries <= MAX_COUNT, "it has " + entries + " entries; the most is " + MAX_COUNT);
    GgufMetadataBuilder metadata = GgufMetadata.builder();
    for (int i = 0; i < entries; i++) {
      entry(metadata);
    }
    List<RawTensor> raw = new ArrayList<>();
    for (int i = 0; i < tensors; i++) {
      raw.add(tensor(i));
    }
    return GgufHeader.of(metadata.build(file.toString()), raw, cursor.position(), fileBytes);
  }

  private void checkVersion() throws IOException, BrokenGgufRule {
    int version = cursor.i32("the version");
    require(
        version == 0 || (version & 0xffff) != 0,
        "it is big-endian (version "
            + Integer.reverseBytes(version)
            + "), only little-endian"
            + " files are read; convert it with gguf-convert-endian");
    require(
        version == 2 || version == 3,
        "its version is " + Integer.toUnsignedString(version) + ", read are the versions 2 and 3");
  }

  private void entry(GgufMetadataBuilder metadata) throws IOException, BrokenGgufRule {
    String key = cursor.string("a metadata key", MAX_NAME_BYTES);
    require(!metadata.has(key), "the metadata key " + quoted(key) + " is there twice");
    GgufValueType type = valueType(quoted(key));
    metadata.put(key, type, value(type, quoted(key), 0));
  }

  private GgufValueType valueType(String key) throws IOException, BrokenGgufRule {
    long id = cursor.u32("the type of " + key);
    return GgufValueType.withId(id)
        .orElseThrow(
            () -> new BrokenGgufRule(key + " has the value type " + id + "; known are 0 to 12"));
  }

  private Object value(GgufValueType type, String key, int depth)
      throws IOException, BrokenGgufRule {
    return switch (type) {
      case STRING -> cursor.string("the value of " + key, Integer.MAX_VALUE);
      case ARRAY -> array(key, depth + 1);
      default -> numbers(type, 1, key).get(0);
    };
  }

  private List<?> array(String key, int depth) throws IOException, BrokenGgufRule {
    require(depth <= MAX_NESTING, key + " nests arrays deeper than " + MAX_NESTING);
    GgufValueType type = valueType("the array " + key);
    int count = cursor.count("elements of " + key, type.leastBytes());
    if (type.fixedSize()) {
      return numbers(type, count, key);
    }
    if (type == GgufValueType.STRING) {
      return StringList.read(cursor, count, key);
    }
    require(count <= MAX_COUNT - nestedArrays, key + " nests more than " + MAX_COUNT + " arrays");
    nestedArrays += count;
    List<List<?>> arrays = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      arrays.add(array(key, depth + 1));
    }
    return List.copyOf(arrays);
  }

  private NumberList numbers(GgufValueType type, int count, String key)
      throws IOException, BrokenGgufRule {
    byte[] bytes = cursor.bytes(count * type.leastBytes(), key);
    if (type == GgufValueType.BOOL) {
      checkBooleans(bytes, key);
    }
    return new NumberList(type, bytes);
  }

  private static void checkBooleans(byte[] bytes, String key) throws BrokenGgufRule {
    for (byte b : bytes) {
      if (b != 0 && b != 1) {
        throw new BrokenGgufRule(key + " has the boolean " + (b & 0xff) + ", neither 0 nor 1");
      }
    }
  }

  private RawTensor tensor(int index) throws IOException, BrokenGgufRule {
    String name = cursor.string("the name of tensor " + index, MAX_NAME_BYTES);
    String of = "tensor " + quoted(name);
    long dimensions = cursor.u32(of);
    require(
        dimensions <= RawTensor.MAX_DIMENSIONS,
        of + " has " + dimensions + " dimensions; the most is " + RawTensor.MAX_DIMENSIONS);
    Long[] shape = new Long[(int) dimensions];
    for (int i = shape.length - 1; i >= 0; i--) {
      shape[i] = cursor.i64(of);
    }
    long id = cursor.u32(of);
    GgufType type =
        GgufType.withId(id)
            .orElseThrow(
                () ->
                    new BrokenGgufRule(
                        of
                            + " has the type "
                            + id
                            + ", which is not known; readable are "
                            + GgufType.readableNames()));
    return new RawTensor(name, Arrays.asList(shape), type, cursor.i64(of));
  }
}
