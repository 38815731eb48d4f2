package io.flexora.formats.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Puts files together by hand, right or wrong. */
final class RawFile {

  private RawFile() {}

  static byte[] of(String header, int dataBytes) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return of(text.length, text, dataBytes);
  }

  static byte[] of(long headerLength, byte[] header, int dataBytes) {
    return ByteBuffer.allocate(8 + header.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(headerLength)
        .put(header)
        .array();
  }

  static Path write(Path folder, byte[] content) throws IOException {
    Path file = folder.resolve("a.safetensors");
    // Some file systems flush a file that is truncated and written again, which is slow.
    Files.deleteIfExists(file);
    return Files.write(file, content);
  }
}
