package io.flexora.formats.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Puts the header of a file together. */
final class HeaderBytes {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  byte[] bytes() {
    return out.toByteArray();
  }

  HeaderBytes i32(int value) {
    return raw(
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  HeaderBytes i64(long value) {
    return raw(
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
  }

  HeaderBytes string(String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    return i64(encoded.length).raw(encoded);
  }

  private HeaderBytes raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  void entry(String key, GgufValueType type, Object value) {
    string(key).i32(type.id());
    switch (type) {
      case STRING -> string((String) value);
      case ARRAY -> array((List<?>) value);
      default -> raw(NumberList.of(type, List.of(value)).bytes());
    }
  }

  private void array(List<?> values) {
    if (values instanceof NumberList numbers) {
      i32(numbers.elementType().id()).i64(numbers.size()).raw(numbers.bytes());
    } else if (values instanceof StringList strings) {
      i32(GgufValueType.STRING.id()).i64(strings.size());
      strings.forEach(this::string);
    } else {
      i32(GgufValueType.ARRAY.id()).i64(values.size());
      values.forEach(nested -> array((List<?>) nested));
    }
  }

  void tensor(NewTensor tensor, long offset) {
    string(tensor.name()).i32(tensor.shape().size());
    for (int i = tensor.shape().size() - 1; i >= 0; i--) {
      i64(tensor.shape().get(i));
    }
    i32(tensor.type().id()).i64(offset);
  }
}
