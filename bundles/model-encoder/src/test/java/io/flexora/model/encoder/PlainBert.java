package io.flexora.model.encoder;

import io.flexora.formats.onnx.OnnxLinear;
import io.flexora.formats.onnx.OnnxTensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * BERT in loops over doubles, one text at a time, straight from the file: nothing of it is shared
 * with the model that it is the truth for.
 */
final class PlainBert {

  private final BertFile file;
  private final BertShape shape;
  private final Adapter adapter;

  /** Adds something to what a module puts out. */
  interface Adapter {

    /** What is added for an input of a module; the frozen output is without its bias. */
    double[] added(int layer, String module, double[] input, double[] frozen);
  }

  PlainBert(BertFile file, Adapter adapter) {
    this.file = file;
    this.shape = file.shape();
    this.adapter = adapter;
  }

  /** The states of a text in front of the first layer and behind each. */
  List<double[][]> states(int[] ids) {
    List<double[][]> states = new ArrayList<>();
    double[][] words = matrix(file.tensor("embeddings.word_embeddings.weight"));
    double[][] positions = matrix(file.tensor("embeddings.position_embeddings.weight"));
    double[] type = matrix(file.tensor("embeddings.token_type_embeddings.weight"))[0];
    double[][] x = new double[ids.length][];
    for (int t = 0; t < ids.length; t++) {
      x[t] = plus(plus(words[ids[t]], positions[t]), type);
    }
    states.add(normed(x, "embeddings.LayerNorm"));
    for (int layer = 0; layer < shape.layers(); layer++) {
      states.add(layer(layer, states.get(layer)));
    }
    return states;
  }

  private double[][] layer(int layer, double[][] x) {
    String path = "encoder.layer." + layer + ".";
    double[][] q = linear(layer, "attention.self.query", x);
    double[][] k = linear(layer, "attention.self.key", x);
    double[][] v = linear(layer, "attention.self.value", x);
    double[][] y = linear(layer, "attention.output.dense", attention(q, k, v));
    x = normed(plus(x, y), path + "attention.output.LayerNorm");
    double[][] inner = linear(layer, "intermediate.dense", x);
    for (double[] row : inner) {
      for (int i = 0; i < row.length; i++) {
        row[i] *= normalDistribution(row[i]);
      }
    }
    y = linear(layer, "output.dense", inner);
    return normed(plus(x, y), path + "output.LayerNorm");
  }

  private double[][] attention(double[][] q, double[][] k, double[][] v) {
    int size = shape.headSize();
    double[][] context = new double[q.length][shape.hidden()];
    for (int from = 0; from < shape.hidden(); from += size) {
      for (int t = 0; t < q.length; t++) {
        double[] weights = new double[q.length];
        double sum = 0;
        for (int s = 0; s < q.length; s++) {
          weights[s] = Math.exp(dot(q[t], k[s], from, size) / Math.sqrt(size));
          sum += weights[s];
        }
        for (int s = 0; s < q.length; s++) {
          for (int i = from; i < from + size; i++) {
            context[t][i] += weights[s] / sum * v[s][i];
          }
        }
      }
    }
    return context;
  }

  private double[][] linear(int layer, String module, double[][] x) {
    OnnxLinear linear = file.linear(layer, module);
    double[][] weight = weight(linear);
    double[] bias = matrix(linear.bias().orElseThrow())[0];
    double[][] y = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      double[] frozen = new double[weight.length];
      for (int o = 0; o < frozen.length; o++) {
        frozen[o] = dot(weight[o], x[t], 0, x[t].length);
      }
      double[] added = adapter.added(layer, EncoderModules.name(module), x[t], frozen);
      y[t] = plus(plus(frozen, bias), added);
    }
    return y;
  }

  /** {@code [outputs, inputs]}. */
  static double[][] weight(BertFile file, int layer, String path) {
    return new PlainBert(file, (l, m, x, y) -> new double[y.length])
        .weight(file.linear(layer, path));
  }

  private double[][] weight(OnnxLinear linear) {
    double[][] stored = matrix(linear.weight());
    if (!linear.transposed()) {
      return stored;
    }
    double[][] turned = new double[stored[0].length][stored.length];
    for (int i = 0; i < stored.length; i++) {
      for (int o = 0; o < turned.length; o++) {
        turned[o][i] = stored[i][o];
      }
    }
    return turned;
  }

  /** The rows of a matrix; a vector is one row. */
  private double[][] matrix(OnnxTensor tensor) {
    FloatBuffer values = file.file().floats(tensor);
    List<Long> dimensions = tensor.dimensions();
    int columns = dimensions.get(dimensions.size() - 1).intValue();
    double[][] rows = new double[values.remaining() / columns][columns];
    for (double[] row : rows) {
      for (int i = 0; i < columns; i++) {
        row[i] = values.get();
      }
    }
    return rows;
  }

  private double[][] normed(double[][] x, String name) {
    double[] weight = matrix(file.tensor(name + ".weight"))[0];
    double[] bias = matrix(file.tensor(name + ".bias"))[0];
    double[][] y = new double[x.length][weight.length];
    for (int t = 0; t < x.length; t++) {
      double mean = mean(x[t], d -> d);
      double deviation = Math.sqrt(mean(x[t], d -> (d - mean) * (d - mean)) + shape.epsilon());
      for (int i = 0; i < weight.length; i++) {
        y[t][i] = (x[t][i] - mean) / deviation * weight[i] + bias[i];
      }
    }
    return y;
  }

  private static double mean(double[] x, DoubleUnaryOperator of) {
    return IntStream.range(0, x.length).mapToDouble(i -> of.applyAsDouble(x[i])).sum() / x.length;
  }

  private static double dot(double[] x, double[] y, int from, int count) {
    return IntStream.range(from, from + count).mapToDouble(i -> x[i] * y[i]).sum();
  }

  private static double[] plus(double[] x, double[] y) {
    return IntStream.range(0, x.length).mapToDouble(i -> x[i] + y[i]).toArray();
  }

  private static double[][] plus(double[][] x, double[][] y) {
    double[][] sum = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      sum[t] = plus(x[t], y[t]);
    }
    return sum;
  }

  /** The standard normal distribution by Simpson's rule from 0. */
  private static double normalDistribution(double x) {
    int steps = 2000;
    double sum = 0;
    for (int i = 0; i <= steps; i++) {
      double t = x * i / steps;
      double weight = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
      sum += weight * Math.exp(-t * t / 2);
    }
    return 0.5 + sum * x / steps / 3 / Math.sqrt(2 * Math.PI);
  }
}
