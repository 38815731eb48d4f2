package io.flexora.evaluator.likelihood;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.data.Example;
import io.flexora.api.evaluate.EvaluationContext;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.Continuation;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Monitor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Examples with the log-likelihoods that a model gives to their choices. */
final class FakeContext implements EvaluationContext {
  private final Map<Tokens, double[]> examples = new LinkedHashMap<>();
  private final List<List<Integer>> batches = new ArrayList<>();
  private final List<String> steps = new ArrayList<>();
  private int openScopes;
  private int cancelAfter = Integer.MAX_VALUE;

  private record FakeBatch(List<Tokens> tokens) implements Batch {
    @Override
    public int size() {
      return tokens.size();
    }

    @Override
    public long terms() {
      return tokens.size();
    }

    @Override
    public long paddedTokens() {
      return tokens.size();
    }
  }

  /** A question whose prompt has so many tokens and whose choices have one for each character. */
  FakeContext question(int prompt, List<String> choices, int label, double... scores) {
    return question(prompt, choices, List.of(label), scores);
  }

  /** The same with several right choices. */
  FakeContext question(int prompt, List<String> choices, List<Integer> right, double... scores) {
    return question(List.of("q"), prompt, choices, right, scores);
  }

  /** The same with a prompt for each choice. */
  FakeContext question(
      List<String> prompts,
      int prompt,
      List<String> choices,
      List<Integer> right,
      double... scores) {
    List<Integer> others = right.subList(1, right.size());
    Example example =
        new Example("e" + examples.size(), prompts, " ", choices, right.get(0), others, List.of());
    List<Continuation> continuations =
        choices.stream().map(choice -> continuation(choice.length())).toList();
    examples.put(new Tokens(example, new int[prompt], continuations, 0), scores);
    return this;
  }

  /** An answer of so many tokens, after two that do not count. */
  FakeContext answer(int tokens, double score) {
    boolean[] marks = new boolean[tokens + 2];
    Arrays.fill(marks, 2, marks.length, true);
    Example example = new Example("e" + examples.size(), "q", List.of("a"), 0);
    Continuation continuation = new Continuation(new int[marks.length], marks);
    examples.put(new Tokens(example, new int[3], List.of(continuation), 0), new double[] {score});
    return this;
  }

  /** A text for a head. */
  FakeContext classified() {
    Example example = new Example("e" + examples.size(), "text", List.of("a", "b"), 0);
    examples.put(new Tokens(example, new int[3], List.of(), 0), new double[] {-1, -2});
    return this;
  }

  private static Continuation continuation(int tokens) {
    boolean[] marks = new boolean[tokens];
    Arrays.fill(marks, true);
    return new Continuation(new int[tokens], marks);
  }

  FakeContext cancelAfter(int count) {
    cancelAfter = count;
    return this;
  }

  List<List<Integer>> batches() {
    return batches;
  }

  List<String> steps() {
    return steps;
  }

  int openScopes() {
    return openScopes;
  }

  @Override
  public AdaptedModel model() {
    return proxy(
        AdaptedModel.class,
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "batch" -> batch(arguments[1]);
              case "scores" ->
                  ((FakeBatch) arguments[1])
                      .tokens().stream().map(examples::get).toArray(double[][]::new);
              default -> throw new UnsupportedOperationException(method.getName());
            });
  }

  private FakeBatch batch(Object argument) {
    List<Tokens> tokens = ((List<?>) argument).stream().map(Tokens.class::cast).toList();
    batches.add(tokens.stream().map(Tokens::length).toList());
    return new FakeBatch(tokens);
  }

  @Override
  public NDArray theta() {
    return proxy(NDArray.class, (proxy, method, arguments) -> null);
  }

  @Override
  public List<Tokens> examples() {
    return List.copyOf(examples.keySet());
  }

  @Override
  public NDManager manager() {
    return proxy(
        NDManager.class,
        (proxy, method, arguments) -> {
          openScopes += method.getName().equals("close") ? -1 : 1;
          return method.getName().equals("close") ? null : manager();
        });
  }

  @Override
  public Monitor monitor() {
    return new Monitor() {
      @Override
      public void step(long done, long total, Map<String, ?> figures) {
        steps.add(done + "/" + total);
        if (steps.size() >= cancelAfter) {
          throw new CancelledException();
        }
      }

      @Override
      public void event(String kind, Map<String, ?> values) {}

      @Override
      public void notice(String sentence) {}
    };
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
