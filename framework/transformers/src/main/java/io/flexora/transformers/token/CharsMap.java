package io.flexora.transformers.token;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.BitSet;
import java.util.Deque;

/**
 * The table of replacements that SentencePiece compiles into a model ({@code
 * precompiled_charsmap}): the size of a trie in bytes, the trie as a double array of 32-bit units
 * (Darts-clone), and the replacements in UTF-8, each with a zero behind it. The native reader
 * follows the trie without looking where it leads, so it is followed here first, to every place
 * that any text could lead to.
 */
final class CharsMap {
  private static final int LONGEST_REPLACEMENT = 256;

  private final int[] units;
  private final byte[] replacements;

  private CharsMap(int[] units, byte[] replacements) {
    this.units = units;
    this.replacements = replacements;
  }

  /** Refuses a table that leads out of itself. */
  static void check(Part part) {
    try {
      read(part.text()).followAll();
    } catch (IllegalArgumentException | CharacterCodingException e) {
      throw part.refusal("no table of SentencePiece's: " + e.getMessage());
    }
  }

  private static CharsMap read(String base64) throws CharacterCodingException {
    ByteBuffer bytes =
        ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
    int size = bytes.remaining() < Integer.BYTES ? -1 : bytes.getInt();
    if (size < Integer.BYTES || size % Integer.BYTES != 0 || size > bytes.remaining()) {
      throw new IllegalArgumentException("its trie does not have the size that it says");
    }
    int[] units = new int[size / Integer.BYTES];
    bytes.asIntBuffer().get(units);
    byte[] replacements = new byte[bytes.remaining() - size];
    bytes.position(bytes.position() + size).get(replacements);
    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(replacements));
    return new CharsMap(units, replacements);
  }

  private void followAll() {
    Deque<Integer> open = new ArrayDeque<>();
    BitSet seen = new BitSet();
    open.add(offset(units[0]));
    while (!open.isEmpty()) {
      int node = open.remove();
      if (seen.get(node)) {
        continue;
      }
      seen.set(node);
      for (int label = 1; label < 256; label++) {
        int unit = unit(node ^ label);
        if ((unit & 0x8000_00ff) == label) {
          int next = (node ^ label) ^ offset(unit);
          if ((unit >> 8 & 1) == 1) {
            requireReplacement(unit(next) & 0x7fff_ffff);
          }
          open.add(next);
        }
      }
    }
  }

  private int unit(int index) {
    if (index < 0 || index >= units.length) {
      throw new IllegalArgumentException(
          "its trie leads to unit %d of %d".formatted(index, units.length));
    }
    return units[index];
  }

  private static int offset(int unit) {
    return (unit >>> 10) << ((unit & 0x200) >>> 6);
  }

  private void requireReplacement(int index) {
    if (index > replacements.length
        || (index < replacements.length && (replacements[index] & 0xc0) == 0x80)) {
      throw new IllegalArgumentException("it has no replacement at byte " + index);
    }
    int end = index;
    while (end < replacements.length && replacements[end] != 0) {
      end++;
    }
    if (end - index > LONGEST_REPLACEMENT) {
      throw new IllegalArgumentException("the replacement at byte " + index + " is too long");
    }
  }
}
