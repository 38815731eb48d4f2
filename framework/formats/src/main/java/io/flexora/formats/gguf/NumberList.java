package io.flexora.formats.gguf;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.AbstractList;
import java.util.RandomAccess;

/** Numbers or booleans as a file holds them: a list takes no more memory than its bytes. */
final class NumberList extends AbstractList<Object> implements RandomAccess {

  private final GgufValueType type;
  private final ByteBuffer values;

  /**
   * @param values little-endian; not copied
   */
  NumberList(GgufValueType type, byte[] values) {
    this.type = type;
    this.values = ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN);
  }

  GgufValueType elementType() {
    return type;
  }

  /** The bytes of all elements, little-endian. */
  byte[] bytes() {
    return values.array();
  }

  @Override
  public Object get(int index) {
    int at = Math.multiplyExact(index, type.leastBytes());
    return switch (type) {
      case UINT8 -> values.get(at) & 0xffL;
      case INT8 -> (long) values.get(at);
      case UINT16 -> values.getShort(at) & 0xffffL;
      case INT16 -> (long) values.getShort(at);
      case UINT32 -> values.getInt(at) & 0xffffffffL;
      case INT32 -> (long) values.getInt(at);
      case INT64 -> values.getLong(at);
      case UINT64 -> unsigned(values.getLong(at));
      case FLOAT32 -> values.getFloat(at);
      case FLOAT64 -> values.getDouble(at);
      case BOOL -> values.get(at) != 0;
      case STRING, ARRAY -> throw new IllegalStateException(type.name());
    };
  }

  private static Object unsigned(long value) {
    return value >= 0 ? (Object) value : new BigInteger(Long.toUnsignedString(value));
  }

  @Override
  public int size() {
    return values.capacity() / type.leastBytes();
  }
}
