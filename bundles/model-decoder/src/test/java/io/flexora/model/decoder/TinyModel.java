package io.flexora.model.decoder;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.data.Example;
import io.flexora.api.input.Tokens;
import io.flexora.api.input.Tokens.Continuation;
import io.flexora.api.run.Decisions;
import io.flexora.api.source.Sources;
import io.flexora.transformers.causal.CausalOptions;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.checkpoint.WeightStorage;
import io.flexora.transformers.token.Bos;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** A tiny checkpoint of the test resources, with what transformers and PEFT compute with it. */
record TinyModel(Path folder, double routerAuxLossCoef) {

  private static final Path ALL = Path.of("src", "test", "resources", "tiny");

  TinyModel(Path folder) {
    this(folder, 0);
  }

  /** The same with the loss of its routers. */
  TinyModel withRouterLoss(double coefficient) {
    return new TinyModel(folder, coefficient);
  }

  static TinyModel named(String name) {
    return new TinyModel(ALL.resolve(name));
  }

  DecoderBackend backend(ComputeChoice type, int segments) {
    return backend(type, segments, 1024);
  }

  DecoderBackend on(Device device, ComputeChoice type) {
    return backend(device, type, 0, 1024);
  }

  DecoderBackend backend(ComputeChoice type, int segments, int maxBatchTokens) {
    return backend(Device.cpu(), type, segments, maxBatchTokens);
  }

  private DecoderBackend backend(
      Device device, ComputeChoice type, int segments, int maxBatchTokens) {
    Path gguf = folder.resolve("model.gguf");
    Path source = Files.exists(gguf) ? gguf : folder;
    CausalOptions options =
        new CausalOptions(
            source.toString(),
            Optional.empty(),
            64,
            type,
            Bos.AUTO,
            Optional.empty(),
            maxBatchTokens,
            segments,
            WeightStorage.DENSE,
            routerAuxLossCoef);
    return new DecoderBackend(options, Path::of, device, new Decisions(), notice -> {});
  }

  /** The model behind any location, in float32. */
  static DecoderBackend backend(String source, Sources sources) {
    CausalOptions options =
        new CausalOptions(
            source,
            Optional.empty(),
            64,
            ComputeChoice.FLOAT32,
            Bos.AUTO,
            Optional.empty(),
            1024,
            0,
            WeightStorage.DENSE);
    return new DecoderBackend(options, sources, Device.cpu(), new Decisions(), notice -> {});
  }

  JsonNode reference() throws IOException {
    return new ObjectMapper().readTree(folder.resolve("reference.json").toFile());
  }

  /** The rows of the reference: the answer is what has a label. */
  static List<Tokens> rows(JsonNode reference) {
    List<Tokens> rows = new ArrayList<>();
    for (int r = 0; r < reference.get("input_ids").size(); r++) {
      int[] ids = ints(reference.get("input_ids").get(r));
      int[] labels = ints(reference.get("labels").get(r));
      int length = Arrays.stream(ints(reference.get("attention_mask").get(r))).sum();
      int first = 0;
      while (labels[first] < 0) {
        first++;
      }
      rows.add(
          question(Arrays.copyOf(ids, first), List.of(Arrays.copyOfRange(ids, first, length)), 0));
    }
    return rows;
  }

  /** The questions of the reference, with their choices. */
  static List<Tokens> questions(JsonNode reference) {
    List<Tokens> questions = new ArrayList<>();
    for (JsonNode question : reference.get("choices").get("questions")) {
      List<int[]> choices = new ArrayList<>();
      question.get("choices").forEach(c -> choices.add(ints(c)));
      questions.add(question(ints(question.get("prompt")), choices, question.get("label").asInt()));
    }
    return questions;
  }

  /** A question whose choices are answers from their first token on. */
  static Tokens question(int[] prompt, List<int[]> choices, int label) {
    List<Continuation> continuations = choices.stream().map(TinyModel::answer).toList();
    List<String> texts = Collections.nCopies(choices.size(), "-");
    return new Tokens(new Example("row", "", texts, label), prompt, continuations, 0);
  }

  private static Continuation answer(int[] ids) {
    boolean[] marks = new boolean[ids.length];
    Arrays.fill(marks, true);
    return new Continuation(ids, marks);
  }

  static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asInt();
    }
    return values;
  }

  static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asDouble();
    }
    return values;
  }
}
