package io.flexora.transformers.token;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The 256 characters that byte-level tokenizers write bytes with: bytes that print stand for
 * themselves, the others are the characters from U+0100 on (GPT-2's {@code bytes_to_unicode}).
 */
final class ByteAlphabet {
  private static final char[] CHARACTERS = new char[256];
  private static final int[] BYTES = new int[512];

  static {
    Arrays.fill(BYTES, -1);
    int next = 256;
    for (int value = 0; value < 256; value++) {
      boolean prints = (value > 32 && value < 127) || (value > 160 && value != 173);
      CHARACTERS[value] = (char) (prints ? value : next++);
      BYTES[CHARACTERS[value]] = value;
    }
  }

  private ByteAlphabet() {}

  /** The bytes that a token stands for, or empty if it has a character of another alphabet. */
  static Optional<byte[]> bytes(String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      char c = token.charAt(i);
      if (c >= BYTES.length || BYTES[c] < 0) {
        return Optional.empty();
      }
      bytes[i] = (byte) BYTES[c];
    }
    return Optional.of(bytes);
  }

  /** A text in this alphabet. */
  static String spell(String text) {
    StringBuilder spelled = new StringBuilder();
    for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
      spelled.append(CHARACTERS[value & 0xff]);
    }
    return spelled.toString();
  }
}
