package io.flexora.transformers.token;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** Writes the tokenizer of a GGUF file as a {@code tokenizer.json}. */
final class GgufJson {
  private GgufJson() {}

  /** A byte-level tokenizer, as GPT-2's. */
  static ObjectNode byteLevel(
      PreTokenizer cut, GgufVocabulary vocabulary, List<ScoredMerges.Merge> merges) {
    ObjectNode root = root();
    if (cut.composes()) {
      root.putObject("normalizer").put("type", "NFC");
    }
    ArrayNode steps =
        root.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
    for (String split : cut.splits()) {
      ObjectNode step = steps.addObject().put("type", "Split");
      step.putObject("pattern").put("Regex", split);
      step.put("behavior", "Isolated").put("invert", false);
    }
    byteLevel(steps.addObject());
    byteLevel(root.putObject("decoder"));
    ObjectNode model = model(root, vocabulary, merges);
    model.putNull("unk_token").put("fuse_unk", false).put("byte_fallback", false);
    model.put("ignore_merges", cut.llama3());
    return root;
  }

  private static void byteLevel(ObjectNode step) {
    step.put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", false)
        .put("use_regex", false);
  }

  /** A SentencePiece tokenizer, as Llama 2's. */
  static ObjectNode sentencePiece(
      GgufVocabulary vocabulary,
      List<ScoredMerges.Merge> merges,
      Optional<String> unknown,
      boolean spaceInFront) {
    ObjectNode root = root();
    ArrayNode normalizers =
        root.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
    ArrayNode decoders = root.putObject("decoder").put("type", "Sequence").putArray("decoders");
    if (spaceInFront) {
      normalizers.addObject().put("type", "Prepend").put("prepend", "▁");
    }
    replace(normalizers.addObject(), " ", "▁");
    replace(decoders.addObject(), "▁", " ");
    decoders.addObject().put("type", "ByteFallback");
    decoders.addObject().put("type", "Fuse");
    if (spaceInFront) {
      decoders.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    }
    ObjectNode model = model(root, vocabulary, merges);
    model.put("unk_token", unknown.orElse(null)).put("fuse_unk", true).put("byte_fallback", true);
    return root;
  }

  private static void replace(ObjectNode step, String text, String by) {
    step.put("type", "Replace").put("content", by).putObject("pattern").put("String", text);
  }

  private static ObjectNode root() {
    ObjectNode root = CheckpointJson.JSON.createObjectNode().put("version", "1.0");
    for (String nothing :
        List.of("truncation", "padding", "normalizer", "pre_tokenizer", "post_processor")) {
      root.putNull(nothing);
    }
    return root;
  }

  private static ObjectNode model(
      ObjectNode root, GgufVocabulary vocabulary, List<ScoredMerges.Merge> merges) {
    ObjectNode model = root.putObject("model").put("type", "BPE").putNull("dropout");
    ObjectNode vocab = model.putObject("vocab");
    for (int id = 0; id < vocabulary.size(); id++) {
      vocab.put(vocabulary.tokens().get(id), id);
    }
    ArrayNode pairs = model.putArray("merges");
    merges.forEach(merge -> pairs.addArray().add(merge.left()).add(merge.right()));
    return model;
  }
}
