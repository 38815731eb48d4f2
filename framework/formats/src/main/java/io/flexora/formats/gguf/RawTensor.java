package io.flexora.formats.gguf;

import static io.flexora.formats.gguf.BrokenGgufRule.require;

import java.util.List;

/**
 * The description of a tensor as it stands in the file.
 *
 * @param shape row-major
 * @param offset the index of its first byte, counted from the end of the header
 */
record RawTensor(String name, List<Long> shape, GgufType type, long offset) {

  static final int MAX_DIMENSIONS = 4;

  String quoted() {
    return "tensor " + BrokenGgufRule.quoted(name);
  }

  /** The number of bytes by shape and type. */
  long byteCount() throws BrokenGgufRule {
    return byteCount(name, shape, type);
  }

  /** The number of bytes that shape and type ask for. */
  static long byteCount(String name, List<Long> shape, GgufType type) throws BrokenGgufRule {
    String of = "tensor " + BrokenGgufRule.quoted(name);
    require(
        shape.size() <= MAX_DIMENSIONS,
        of + " has " + shape.size() + " dimensions; the most is " + MAX_DIMENSIONS);
    require(shape.stream().allMatch(d -> d >= 0), of + " has the shape " + shape);
    long row = shape.isEmpty() ? 1 : shape.get(shape.size() - 1);
    require(
        row % type.blockElements() == 0,
        of
            + " has rows of "
            + row
            + " elements, which do not fill the blocks of "
            + (type.blockElements() + " of its type " + type));
    try {
      long elements = shape.stream().reduce(1L, Math::multiplyExact);
      return Math.multiplyExact(elements / type.blockElements(), (long) type.blockBytes());
    } catch (ArithmeticException e) {
      throw new BrokenGgufRule(of + " has more bytes than 2^63 by its shape " + shape);
    }
  }
}
