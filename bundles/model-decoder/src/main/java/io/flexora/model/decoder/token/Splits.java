package io.flexora.model.decoder.token;

/** The parts that the regular expressions of byte-level tokenizers have in common. */
final class Splits {
  static final String GPT_2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
  static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";

  /** The letters with a case, as DeepSeek's tokenizer lists them. */
  static final String CASED_LETTERS =
      "[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅ"
          + "ὐ-ὗὙὛὝὟ-ώᾀ-ᾴᾶ-ᾼιῂ-ῄῆ-ῌῐ-ΐῖ-Ίῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤΩℨK-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛ"
          + "Ꜣ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃]";

  private static final String BEFORE = "[^\\r\\n\\p{L}\\p{N}]?";
  private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String SPACES = "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private Splits() {}

  /** Words with what stands in front of them, numbers, signs, white space: as Llama 3's. */
  static String words(String numbers) {
    return CONTRACTIONS
        + ("|" + BEFORE + "\\p{L}+|" + numbers)
        + ("| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*" + SPACES);
  }

  /** The same, with words cut where a capital begins: as GPT-4o's. */
  static String casedWords(String ending, String numbers) {
    return (BEFORE + UPPER + "*" + LOWER + "+" + ending)
        + ("|" + BEFORE + UPPER + "+" + LOWER + "*" + ending + "|" + numbers)
        + ("| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*" + SPACES);
  }
}
