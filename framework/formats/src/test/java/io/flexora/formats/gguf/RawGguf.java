package io.flexora.formats.gguf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Puts files together by hand, right or wrong. */
final class RawGguf {

  private final ByteBuffer out = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);

  /** Starts a file of version 3. */
  static RawGguf of(long tensors, long entries) {
    return new RawGguf().text("GGUF").i32(3).i64(tensors).i64(entries);
  }

  RawGguf i8(int value) {
    out.put((byte) value);
    return this;
  }

  RawGguf i32(int value) {
    out.putInt(value);
    return this;
  }

  RawGguf i64(long value) {
    out.putLong(value);
    return this;
  }

  RawGguf text(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  RawGguf bytes(byte... bytes) {
    out.put(bytes);
    return this;
  }

  RawGguf string(String value) {
    return i64(value.getBytes(StandardCharsets.UTF_8).length).text(value);
  }

  RawGguf key(String key, GgufValueType type) {
    return string(key).i32(type.id());
  }

  RawGguf array(GgufValueType type, long count) {
    return i32(type.id()).i64(count);
  }

  /** Describes a tensor. */
  RawGguf tensor(String name, int type, long offset, long... dimensions) {
    string(name).i32(dimensions.length);
    for (long dimension : dimensions) {
      i64(dimension);
    }
    return i32(type).i64(offset);
  }

  /** Ends the header, aligned, and appends as many bytes of data. */
  byte[] data(int bytes) {
    while (out.position() % 32 != 0) {
      out.put((byte) 0);
    }
    out.put(new byte[bytes]);
    return file();
  }

  /** The bytes up to here. */
  byte[] file() {
    byte[] file = new byte[out.position()];
    out.get(0, file);
    return file;
  }

  static Path write(Path folder, byte[] content) throws IOException {
    Path file = folder.resolve("a.gguf");
    // Some file systems flush a file that is truncated and written again, which is slow.
    Files.deleteIfExists(file);
    return Files.write(file, content);
  }
}
