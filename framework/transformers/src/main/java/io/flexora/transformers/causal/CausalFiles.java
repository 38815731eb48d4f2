package io.flexora.transformers.causal;

import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.source.Sources;
import io.flexora.formats.gguf.GgufFile;
import io.flexora.formats.safetensors.SafetensorsModel;
import io.flexora.transformers.checkpoint.Checkpoint;
import io.flexora.transformers.checkpoint.ExpectedCheckpoint;
import io.flexora.transformers.family.CausalCheckpoint;
import io.flexora.transformers.family.CausalDescription;
import io.flexora.transformers.family.CausalFamilies;
import io.flexora.transformers.token.DecoderTokenizer;
import io.flexora.transformers.token.TokenizerFiles;
import io.flexora.transformers.token.TokenizerSettings;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The place of a model's files: one GGUF file, or in a folder in Hugging Face form. */
record CausalFiles(CausalFamilies families, CausalOptions options, Sources sources) {

  private static final String CONFIGURATION = "config.json";
  private static final String GGUF = ".gguf";
  private static final String HUB = "hf:";
  private static final int LISTED = 5;

  boolean isGguf() {
    return options.source().endsWith(GGUF);
  }

  /** Reads the description; of a folder, nothing but its configuration is fetched. */
  CausalDescription description() throws IOException {
    if (isGguf()) {
      try (GgufFile file = GgufFile.open(weights())) {
        return families.ofGguf(file);
      }
    }
    return families.ofFolder(configuration().getParent());
  }

  private Path configuration() throws IOException {
    try {
      return inFolder(CONFIGURATION);
    } catch (FileNotFoundException e) {
      List<String> gguf = options.source().startsWith(HUB) ? List.of() : ggufInFolder();
      if (!gguf.isEmpty()) {
        throw new IncompatibleOptionException(
            "source",
            "source is %s, which has no %s; to load %s in it, name the file: %s"
                .formatted(
                    options.source(),
                    CONFIGURATION,
                    gguf.size() == 1 ? "the GGUF file" : "one of the GGUF files",
                    listed(gguf)),
            e);
      }
      throw e;
    }
  }

  /** The names of the GGUF files in a folder; of one that was split, that of its first part. */
  private List<String> ggufInFolder() throws IOException {
    Path folder = sources.fetch(options.source());
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names =
          new ArrayList<>(
              files
                  .map(file -> file.getFileName().toString())
                  .filter(name -> name.endsWith(GGUF))
                  .sorted()
                  .toList());
      names.removeAll(names.stream().flatMap(name -> GgufFile.otherParts(name).stream()).toList());
      return names;
    }
  }

  /** File names as the option takes them. */
  private String listed(List<String> names) {
    String folder = options.source().replaceFirst("/+$", "");
    return names.stream()
            .limit(LISTED)
            .map(name -> folder + "/" + name)
            .collect(Collectors.joining(", "))
        + (names.size() > LISTED ? ", ..." : "");
  }

  /**
   * Of weights in a folder of this machine, if there are any, that they are whole and the model's,
   * as their headers tell. Those of the Hub are fetched when they are loaded.
   */
  void requireWhole() throws IOException {
    if (!isGguf() && !options.source().startsWith(HUB)) {
      CausalCheckpoint.requireWhole(families, configuration().getParent());
    }
  }

  /** The headers of the weights, or what they would be where they have not been fetched. */
  Checkpoint headers() throws IOException {
    if (isGguf()) {
      return whole(weights());
    }
    Path folder = configuration().getParent();
    if (!options.source().startsWith(HUB)
        && (Files.isRegularFile(folder.resolve(SafetensorsModel.SINGLE))
            || Files.isRegularFile(folder.resolve(SafetensorsModel.INDEX)))) {
      return whole(folder);
    }
    return new ExpectedCheckpoint(folder, families.ofFolder(folder).arrays());
  }

  private CausalCheckpoint whole(Path location) throws IOException {
    CausalCheckpoint checkpoint = CausalCheckpoint.open(families, location);
    try {
      checkpoint.requireWhole();
      return checkpoint;
    } catch (RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }

  DecoderTokenizer tokenizer() throws IOException {
    TokenizerSettings settings =
        new TokenizerSettings(
            options.maxTokens(),
            options.addBos(),
            options.chatTemplate(),
            Optional.of(
                new TokenizerSettings.Embedding(description().vocabulary(), options.source())));
    if (isGguf() && options.tokenizer().isEmpty()) {
      try (GgufFile file = GgufFile.open(weights())) {
        return DecoderTokenizer.open(file, settings);
      }
    }
    return DecoderTokenizer.open(tokenizerFiles(), settings);
  }

  private TokenizerFiles tokenizerFiles() throws IOException {
    if (options.tokenizer().isPresent()) {
      return TokenizerFiles.beside(sources.fetch(options.tokenizer().get()));
    }
    return new TokenizerFiles(
        inFolder("tokenizer.json"),
        ifThere("tokenizer_config.json"),
        ifThere("special_tokens_map.json"),
        ifThere("chat_template.jinja"),
        ifThere("generation_config.json"),
        ifThere(CONFIGURATION));
  }

  private Path inFolder(String name) throws IOException {
    return sources.fetch(options.source() + "/" + name);
  }

  private Optional<Path> ifThere(String name) throws IOException {
    try {
      return Optional.of(inFolder(name));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** The folder or file with the weights; of a file that was split, the first part. */
  Path weights() throws IOException {
    Path weights = sources.fetch(options.source());
    for (String part : GgufFile.otherParts(options.source())) {
      sources.fetch(part);
    }
    return weights;
  }
}
