package {{package}};

import io.flexora.api.data.Example;
import io.flexora.api.model.Tokenizer;
import io.flexora.api.model.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** A token for each byte of the text in UTF-8, behind one that begins it. */
final class ByteTokenizer implements Tokenizer {

  static final int VOCABULARY = 257;

  private static final int BEGIN = 256;

  private final int maxTokens;

  ByteTokenizer(int maxTokens) {
    this.maxTokens = maxTokens;
  }

  @Override
  public Tokens tokens(Example example, boolean classes) {
    byte[] bytes = example.prompt().getBytes(StandardCharsets.UTF_8);
    int kept = Math.min(bytes.length, maxTokens - 1);
    int[] ids = new int[kept + 1];
    ids[0] = BEGIN;
    for (int i = 0; i < kept; i++) {
      ids[i + 1] = Byte.toUnsignedInt(bytes[i]);
    }
    return new Tokens(example, ids, List.of(), bytes.length - kept);
  }

  @Override
  public List<String> texts(int[] ids) {
    return Arrays.stream(ids)
        .mapToObj(id -> id == BEGIN ? "<begin>" : String.valueOf((char) id))
        .toList();
  }

  @Override
  public void close() {}
}
