package io.flexora.files.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Text in UTF-8 that another program wrote.
 *
 * @since 0.1
 */
public final class Utf8Text {

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private Utf8Text() {}

  /** Says in which line there is something else than UTF-8. */
  private static final class NotUtf8Exception extends CharacterCodingException {

    private static final long serialVersionUID = 1L;

    private final long line;

    private NotUtf8Exception(long line) {
      this.line = line;
    }

    @Override
    public String getMessage() {
      return "line " + line + " is not UTF-8; save the text in UTF-8";
    }
  }

  /**
   * Decodes bytes, without a byte order mark in front of them.
   *
   * @throws CharacterCodingException if they are not UTF-8, with the line where
   */
  public static String of(byte[] bytes) throws CharacterCodingException {
    CharBuffer decoded = CharBuffer.allocate(bytes.length);
    CoderResult result =
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes), decoded, true);
    String text = decoded.flip().toString();
    if (result.isError()) {
      throw new NotUtf8Exception(1 + text.chars().filter(c -> c == '\n').count());
    }
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
  }
}
