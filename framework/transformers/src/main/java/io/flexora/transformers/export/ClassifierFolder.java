package io.flexora.transformers.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.RegularFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The files beside an exported classifier, so that other programs give it texts and name its
 * answers: the {@code tokenizer.json}, a {@code config.json} as transformers reads it, and the
 * {@code serving.properties} of DJL.
 *
 * @param architecture further members of {@code config.json}, such as {@code model_type}
 * @param classes their names, in the order of the outputs; empty if these have none
 * @param maxTokens where texts are cut
 * @param tokenTypes whether the model has the input {@code token_type_ids}
 * @since 0.1
 */
public record ClassifierFolder(
    Map<String, Object> architecture, List<String> classes, int maxTokens, boolean tokenTypes) {

  /** The file that DJL reads, and that the folder of a model has not. */
  public static final String SERVING = "serving.properties";

  private static final String TOKENIZER = "tokenizer.json";
  private static final String CONFIGURATION = "config.json";

  /** The names of all files. */
  public static final Set<String> FILES = Set.of(TOKENIZER, CONFIGURATION, SERVING);

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Copies both. */
  public ClassifierFolder {
    architecture = new LinkedHashMap<>(architecture);
    classes = List.copyOf(classes);
  }

  /**
   * Writes the files.
   *
   * @param tokenizer the model's {@code tokenizer.json}
   * @throws IOException if the tokenizer cannot be read
   */
  public void write(Path folder, Path tokenizer) throws IOException {
    byte[] bytes = RegularFile.bytes(tokenizer);
    DurableFile.write(folder.resolve(TOKENIZER), out -> out.write(bytes));
    DurableFile.write(folder.resolve(CONFIGURATION), config());
    DurableFile.write(folder.resolve(SERVING), serving());
  }

  private String config() throws JsonProcessingException {
    Map<String, Object> config = new LinkedHashMap<>(architecture);
    config.put("problem_type", "single_label_classification");
    if (!classes.isEmpty()) {
      Map<String, String> names = new LinkedHashMap<>();
      Map<String, Integer> ids = new LinkedHashMap<>();
      for (int i = 0; i < classes.size(); i++) {
        names.put(Integer.toString(i), classes.get(i));
        ids.put(classes.get(i), i);
      }
      config.put("id2label", names);
      config.put("label2id", ids);
    }
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(config) + "\n";
  }

  private String serving() {
    return """
        engine=OnnxRuntime
        translatorFactory=ai.djl.huggingface.translator.TextClassificationTranslatorFactory
        includeTokenTypes=%s
        truncation=true
        maxLength=%d
        """
        .formatted(tokenTypes, maxTokens);
  }
}
