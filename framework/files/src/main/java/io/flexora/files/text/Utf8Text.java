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

  /** A line of a text that is not UTF-8. */
  public static final class NotUtf8Exception extends CharacterCodingException {

    private static final long serialVersionUID = 1L;

    private final String before;

    private NotUtf8Exception(String before) {
      this.before = before;
    }

    /** The text up to there. */
    public String before() {
      return before;
    }

    @Override
    public String getMessage() {
      long line = 1 + before.chars().filter(c -> c == '\n').count();
      return "line " + line + " is not UTF-8; save the text in UTF-8";
    }
  }

  /**
   * Decodes bytes, without a byte order mark in front of them.
   *
   * @throws NotUtf8Exception if they are not UTF-8
   */
  public static String of(byte[] bytes) throws NotUtf8Exception {
    CharBuffer decoded = CharBuffer.allocate(bytes.length);
    CoderResult result =
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes), decoded, true);
    String text = decoded.flip().toString();
    if (result.isError()) {
      throw new NotUtf8Exception(text);
    }
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
  }
}
