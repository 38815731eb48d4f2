package io.flexora.tracker.files;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A message of Protocol Buffers, written field by field. */
final class ProtoMessage {

  /** Writes one field. */
  private interface Field {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

  /** A whole number; 0 is the default and not written. */
  ProtoMessage number(int field, long value) {
    return value == 0 ? this : write(to -> to.writeInt64(field, value));
  }

  ProtoMessage flag(int field, boolean value) {
    return write(to -> to.writeBool(field, value));
  }

  ProtoMessage real(int field, double value) {
    return write(to -> to.writeDouble(field, value));
  }

  ProtoMessage single(int field, float value) {
    return write(to -> to.writeFloat(field, value));
  }

  ProtoMessage text(int field, String value) {
    return write(to -> to.writeString(field, value));
  }

  ProtoMessage message(int field, ProtoMessage value) {
    return write(to -> to.writeByteArray(field, value.toBytes()));
  }

  private ProtoMessage write(Field field) {
    try {
      field.writeTo(out);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] toBytes() {
    try {
      out.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
