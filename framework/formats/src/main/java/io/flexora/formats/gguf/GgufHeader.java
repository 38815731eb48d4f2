package io.flexora.formats.gguf;

import static io.flexora.formats.gguf.BrokenGgufRule.require;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The checked header of a file.
 *
 * @param tensors the tensors in the order of their bytes
 */
record GgufHeader(GgufMetadata metadata, List<GgufTensor> tensors) {

  static final String ALIGNMENT = "general.alignment";
  static final int DEFAULT_ALIGNMENT = 32;

  /** The greatest length of a header that is read, in bytes. */
  static final long MAX_BYTES = 1 << 28;

  /**
   * Checks that the tensors follow each other with nothing between them but what aligns them, as
   * ggml asks for, and end where the file ends.
   */
  static GgufHeader of(GgufMetadata metadata, List<RawTensor> raw, long headerBytes, long fileBytes)
      throws BrokenGgufRule {
    long alignment = alignment(metadata);
    long start = aligned(headerBytes, alignment);
    Set<String> names = new HashSet<>();
    List<GgufTensor> tensors = new ArrayList<>();
    long end = start;
    for (RawTensor tensor : raw) {
      require(names.add(tensor.name()), tensor.quoted() + " is there twice");
      end = aligned(end, alignment);
      require(
          tensor.offset() == end - start,
          tensor.quoted()
              + " has the offset "
              + Long.toUnsignedString(tensor.offset())
              + ", but the tensors before it and the alignment of "
              + alignment
              + (" ask for " + (end - start)));
      long bytes = tensor.byteCount();
      require(
          bytes <= fileBytes - end,
          tensor.quoted()
              + " of type "
              + tensor.type()
              + " and shape "
              + tensor.shape()
              + " needs "
              + (bytes + " bytes from byte " + end + ", but the file ends at byte " + fileBytes));
      tensors.add(new GgufTensor(tensor.name(), tensor.shape(), tensor.type(), end, bytes));
      end += bytes;
    }
    require(
        fileBytes <= aligned(end, alignment),
        (fileBytes - end) + " bytes at the end belong to no tensor");
    return new GgufHeader(metadata, List.copyOf(tensors));
  }

  /** The alignment that the metadata of a file to write asks for. */
  static long alignmentToWrite(GgufMetadata metadata) {
    try {
      return alignment(metadata);
    } catch (BrokenGgufRule e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static long alignment(GgufMetadata metadata) throws BrokenGgufRule {
    Optional<GgufValueType> type = metadata.type(ALIGNMENT);
    if (type.isEmpty()) {
      return DEFAULT_ALIGNMENT;
    }
    Object value = metadata.get(ALIGNMENT);
    require(
        type.get() == GgufValueType.UINT32 && Long.bitCount((Long) value) == 1,
        ALIGNMENT
            + " is "
            + BrokenGgufRule.quoted(value.toString())
            + " of type "
            + type.get()
            + ", not a power of two of type UINT32");
    return (Long) value;
  }

  /** The next multiple of the alignment, which is a power of two. */
  static long aligned(long position, long alignment) {
    return (position + alignment - 1) & -alignment;
  }
}
