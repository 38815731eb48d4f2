package io.flexora.transformers.token;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The text of each token by itself, for a person to read. */
final class TokenTexts {
  private static final char SPACE = '▁';

  private final Map<Integer, String> tokens = new HashMap<>();
  private final Set<Integer> added;
  private final boolean bytes;

  TokenTexts(TokenizerJson json) {
    json.ids().forEach((token, id) -> tokens.put(id, token));
    this.added = json.added();
    this.bytes = isByteLevel(json.decoder());
  }

  private static boolean isByteLevel(JsonNode decoder) {
    return decoder.findValuesAsText("type").contains("ByteLevel");
  }

  /**
   * The text of a token. A byte that is part of a character only is written as {@code <0xE2>}, as
   * SentencePiece writes it.
   */
  String text(int id) {
    String token = tokens.get(id);
    if (token == null) {
      return "<" + id + ">";
    }
    if (added.contains(id)) {
      return token;
    }
    return bytes
        ? ByteAlphabet.bytes(token).map(TokenTexts::legible).orElse(token)
        : token.replace(SPACE, ' ');
  }

  private static String legible(byte[] utf8) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(utf8);
    CharBuffer out = CharBuffer.allocate(6 * utf8.length);
    while (in.hasRemaining()) {
      CoderResult result = decoder.decode(in, out, true);
      for (int i = 0; result.isError() && i < result.length(); i++) {
        out.put("<0x%02X>".formatted(in.get() & 0xff));
      }
    }
    return out.flip().toString();
  }
}
