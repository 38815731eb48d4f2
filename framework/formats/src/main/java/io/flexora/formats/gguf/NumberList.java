package io.flexora.formats.gguf;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.AbstractList;
import java.util.List;
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

  /**
   * Packs numbers or booleans.
   *
   * @throws IllegalArgumentException if the type cannot hold one of them
   */
  static NumberList of(GgufValueType type, List<?> values) {
    ByteBuffer packed =
        ByteBuffer.allocate(Math.multiplyExact(values.size(), type.leastBytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (Object value : values) {
      put(type, value, packed);
    }
    return new NumberList(type, packed.array());
  }

  private static void put(GgufValueType type, Object value, ByteBuffer into) {
    switch (type) {
      case UINT8 -> into.put((byte) whole(type, value, 0, 0xff));
      case INT8 -> into.put((byte) whole(type, value, Byte.MIN_VALUE, Byte.MAX_VALUE));
      case UINT16 -> into.putShort((short) whole(type, value, 0, 0xffff));
      case INT16 -> into.putShort((short) whole(type, value, Short.MIN_VALUE, Short.MAX_VALUE));
      case UINT32 -> into.putInt((int) whole(type, value, 0, 0xffffffffL));
      case INT32 -> into.putInt((int) whole(type, value, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case INT64 -> into.putLong(whole(type, value, Long.MIN_VALUE, Long.MAX_VALUE));
      case UINT64 -> into.putLong(unsigned(type, value));
      case FLOAT32 -> into.putFloat(number(type, value).floatValue());
      case FLOAT64 -> into.putDouble(number(type, value).doubleValue());
      case BOOL -> into.put((byte) (bool(type, value) ? 1 : 0));
      case STRING, ARRAY -> throw unfit(type, value);
    }
  }

  private static long whole(GgufValueType type, Object value, long least, long most) {
    if (!(value instanceof Long || value instanceof Integer)
        || ((Number) value).longValue() < least
        || ((Number) value).longValue() > most) {
      throw unfit(type, value);
    }
    return ((Number) value).longValue();
  }

  private static long unsigned(GgufValueType type, Object value) {
    if (value instanceof BigInteger large && large.signum() >= 0 && large.bitLength() <= 64) {
      return large.longValue();
    }
    return whole(type, value, 0, Long.MAX_VALUE);
  }

  private static Number number(GgufValueType type, Object value) {
    if (value instanceof Number number) {
      return number;
    }
    throw unfit(type, value);
  }

  private static boolean bool(GgufValueType type, Object value) {
    if (value instanceof Boolean bool) {
      return bool;
    }
    throw unfit(type, value);
  }

  private static IllegalArgumentException unfit(GgufValueType type, Object value) {
    return new IllegalArgumentException("a value of type " + type + " cannot be " + value);
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
