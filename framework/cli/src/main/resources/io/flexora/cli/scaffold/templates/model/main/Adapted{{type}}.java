package {{package}};

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.AdapterPlan;
import io.flexora.api.model.Batch;
import io.flexora.api.model.Direction;
import io.flexora.api.model.LossGradient;
import io.flexora.api.model.ParameterIndex;
import io.flexora.api.model.Point;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.transformer.AdapterLayout;
import io.flexora.numerics.transformer.Differentiation;
import io.flexora.numerics.transformer.Values;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The model with adapters and a head, as a function of theta and the gates. {@link Differentiation}
 * adds gradients, Hessian products and the adapters to the text of the model.
 */
final class Adapted{{type}} implements AdaptedModel {

  private final {{type}}Model model;
  private final AdapterLayout layout;
  private final NDManager manager;
  private final Differentiation differentiation;

  Adapted{{type}}({{type}}Model model, AdapterPlan plan) {
    this.model = model;
    this.layout = AdapterLayout.of(plan, model.shape(), head(plan, model.shape().hiddenSize()));
    this.manager = model.manager().newSubManager();
    this.differentiation =
        Differentiation.compile(manager, layout, text(model.options(), plan), 1, model.type());
  }

  /** The arrays of the head by the names that PEFT gives them. */
  private static Map<String, Shape> head(AdapterPlan plan, int hidden) {
    Map<String, Shape> head = new LinkedHashMap<>();
    head.put("classifier.weight", new Shape(plan.classes(), hidden));
    head.put("classifier.bias", new Shape(plan.classes()));
    return head;
  }

  private static String text({{type}}Options options, AdapterPlan plan) {
    int headSize = options.hiddenSize() / options.heads();
    return resource()
        .replace("${hidden}", String.valueOf(options.hiddenSize()))
        .replace("${heads}", String.valueOf(options.heads()))
        .replace("${head_size}", String.valueOf(headSize))
        .replace("${scale}", String.valueOf(1 / Math.sqrt(headSize)))
        .replace("${classes}", String.valueOf(plan.classes()));
  }

  private static String resource() {
    try (InputStream in = Adapted{{type}}.class.getResourceAsStream("transformer.torchscript")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public AdapterPlan plan() {
    return layout.plan();
  }

  @Override
  public ParameterIndex parameters() {
    return layout.index();
  }

  @Override
  public NDArray initialTheta(NDManager scope, Seeds seeds) {
    return layout.initialTheta(scope, seeds, model.type());
  }

  @Override
  public Batch batch(NDManager scope, List<Tokens> examples) {
    TextBatch batch = new TextBatch(scope, examples, model.type());
    // The frozen layers below the lowest adapted one do not depend on theta: once for each batch.
    Arguments arguments =
        new Arguments(scope)
            .with("w", model.weights())
            .with("ids", batch.ids())
            .with("mask", batch.mask());
    batch.start(differentiation.script().call("prefix", arguments).singletonOrThrow());
    return batch;
  }

  @Override
  public LossGradient lossGradient(NDManager scope, Batch batch, Point point) {
    return differentiation.lossGradient(
        scope, point, model.weights(), arrays(batch), batch.terms(), plan().layers());
  }

  @Override
  public double loss(NDManager scope, Batch batch, Point point) {
    return differentiation.loss(scope, point, model.weights(), arrays(batch));
  }

  @Override
  public Direction hessianProduct(NDManager scope, Batch batch, Point point, Direction u) {
    return differentiation.hessianProduct(scope, point, model.weights(), arrays(batch), u);
  }

  @Override
  public double[][] scores(NDManager scope, Batch batch, Point point) {
    // What a call leaves in native memory ends with it.
    try (NDManager temporary = scope.newSubManager()) {
      Arguments arguments =
          differentiation.arguments(temporary, point, model.weights(), arrays(batch));
      double[] flat = Values.of(differentiation.script().call("scores", arguments).get(0));
      int classes = plan().classes();
      return IntStream.range(0, batch.size())
          .mapToObj(i -> Arrays.copyOfRange(flat, i * classes, (i + 1) * classes))
          .toArray(double[][]::new);
    }
  }

  private static List<NDArray> arrays(Batch batch) {
    return ((TextBatch) batch).arrays();
  }

  @Override
  public void close() {
    manager.close();
  }
}
