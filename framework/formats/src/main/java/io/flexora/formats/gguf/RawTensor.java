package io.flexora.formats.gguf;

import java.util.List;

/**
 * The description of a tensor as it stands in the file.
 *
 * @param shape row-major
 * @param offset the index of its first byte, counted from the end of the header
 */
record RawTensor(String name, List<Long> shape, GgufType type, long offset) {

  String quoted() {
    return "tensor " + BrokenRule.quoted(name);
  }

  /** The number of bytes by shape and type. */
  long byteCount() throws BrokenRule {
    long row = shape.isEmpty() ? 1 : shape.get(shape.size() - 1);
    BrokenRule.require(
        row % type.blockElements() == 0,
        quoted()
            + " has rows of "
            + row
            + " elements, which do not fill the blocks of "
            + (type.blockElements() + " of its type " + type));
    try {
      long elements = shape.stream().reduce(1L, Math::multiplyExact);
      return Math.multiplyExact(elements / type.blockElements(), (long) type.blockBytes());
    } catch (ArithmeticException e) {
      throw new BrokenRule(quoted() + " has more bytes than 2^63 by its shape " + shape);
    }
  }
}
