package io.flexora.transformers.token;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.formats.gguf.GgufFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * The tokenizer of a GGUF file as files in Hugging Face form.
 *
 * @since 0.1
 */
public final class TokenizerFolder {
  private TokenizerFolder() {}

  /**
   * Makes {@code tokenizer.json} and {@code tokenizer_config.json}, which transformers loads.
   *
   * @return the files' contents by their names
   * @throws io.flexora.api.run.FlexoraException if the file has no tokenizer, or one of a kind that
   *     is not known
   */
  public static Map<String, byte[]> of(GgufFile gguf) {
    TokenizerDefinition definition = GgufTokenizer.read(gguf);
    return Map.of(
        "tokenizer.json", tokenizer(definition), "tokenizer_config.json", settings(definition));
  }

  /** What the definition says beside the tokenizer, the token of beginning, goes into it. */
  private static byte[] tokenizer(TokenizerDefinition definition) {
    try {
      ObjectNode root = (ObjectNode) CheckpointJson.JSON.readTree(definition.json().bytes());
      if (definition.addBos().orElse(false)) {
        definition.bos().ifPresent(bos -> begin(root, bos));
      }
      return CheckpointJson.JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail", e);
    }
  }

  private static void begin(ObjectNode root, SpecialToken bos) {
    ObjectNode template = root.putObject("post_processor").put("type", "TemplateProcessing");
    template(template.putArray("single"), bos, "A");
    template(template.putArray("pair"), bos, "A", "B");
    ObjectNode token =
        template.putObject("special_tokens").putObject(bos.text()).put("id", bos.text());
    token.putArray("ids").add(bos.id());
    token.putArray("tokens").add(bos.text());
  }

  private static void template(ArrayNode steps, SpecialToken bos, String... texts) {
    for (int i = 0; i < texts.length; i++) {
      steps.addObject().putObject("SpecialToken").put("id", bos.text()).put("type_id", i);
      steps.addObject().putObject("Sequence").put("id", texts[i]).put("type_id", i);
    }
  }

  private static byte[] settings(TokenizerDefinition definition) {
    ObjectNode root = CheckpointJson.JSON.createObjectNode();
    root.put("tokenizer_class", "PreTrainedTokenizerFast");
    definition.named().forEach((name, text) -> root.putPOJO(name, text));
    definition.chatTemplate().ifPresent(text -> root.put("chat_template", text));
    root.put("clean_up_tokenization_spaces", false);
    try {
      return CheckpointJson.JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
