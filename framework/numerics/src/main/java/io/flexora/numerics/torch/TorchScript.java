package io.flexora.numerics.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Methods written as TorchScript text. They reach every operator of PyTorch, {@code
 * torch.autograd.grad} included, and run without the interpreter's optimiser, whose first calls are
 * slow and which gains nothing on models like these.
 *
 * <p>The text is what PyTorch's own serialiser writes: types in every signature, data types as
 * their numbers (4 int64, 6 float32, 7 float64, 15 bfloat16), no {@code with}.
 *
 * @since 0.1
 */
public final class TorchScript implements AutoCloseable {
  private final PtSymbolBlock block;
  private final Signatures signatures;

  private TorchScript(PtSymbolBlock block, Signatures signatures) {
    this.block = block;
    this.signatures = signatures;
  }

  /**
   * Compiles methods.
   *
   * @param owner a manager of the PyTorch engine; the methods live no longer than it does
   * @param source the methods, each indented by two spaces: {@code def name(self, x: Tensor, ys:
   *     List[Tensor]) -> List[Tensor]:}
   * @throws IllegalArgumentException if the text does not compile; the message shows where
   */
  public static TorchScript compile(NDManager owner, String source) {
    try (ByteArrayInputStream archive = new ByteArrayInputStream(ScriptArchive.of(source))) {
      PtSymbolBlock block = JniUtils.loadModule((PtNDManager) owner, archive, false, false);
      return new TorchScript(block, Signatures.of(source));
    } catch (EngineException e) {
      throw new IllegalArgumentException("TorchScript does not compile: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail", e);
    }
  }

  /**
   * Calls a method. Gradients can be taken inside of it; outside, nothing records any.
   *
   * <p>A method has to clone what it returns of its arguments, which may look at memory of Java's:
   * see {@link NativeArrays}. Arguments that are known to own their memory, or to live longer than
   * what is returned, may be returned as they are.
   *
   * @param method its name
   * @param arguments one for each of its parameters
   * @return what it returns, attached to the scope of the arguments
   * @throws IllegalArgumentException if the arguments do not fit the method's parameters
   * @throws IllegalStateException if an argument is freed
   * @throws EngineException if the method fails; the message shows where
   */
  public NDList call(String method, Arguments arguments) {
    List<Signatures.Parameter> parameters = signatures.parameters(method);
    arguments.requireOnly(
        parameters.stream().map(Signatures.Parameter::name).collect(Collectors.toSet()));
    try (NDManager temporary = arguments.scope().newSubManager()) {
      NDList inputs = inputs(temporary, method, parameters, arguments);
      NDList results = run(inputs);
      if (NativeArrays.CHECKED) {
        arguments.requireOpen(method);
      }
      results.attach(arguments.scope());
      return results;
    }
  }

  private NDList inputs(
      NDManager temporary,
      String method,
      List<Signatures.Parameter> parameters,
      Arguments arguments) {
    arguments.requireOpen(method);
    try {
      return collected(temporary, method, parameters, arguments);
    } catch (IllegalStateException e) {
      // Another thread may have freed one since.
      arguments.requireOpen(method);
      throw e;
    }
  }

  private static NDList collected(
      NDManager temporary,
      String method,
      List<Signatures.Parameter> parameters,
      Arguments arguments) {
    NDList inputs = new NDList();
    // The results belong to the manager of the first input, so that one has to be the call's own.
    inputs.add(selector(temporary, method));
    for (Signatures.Parameter parameter : parameters) {
      List<NDArray> value = arguments.value(parameter.name());
      if (parameter.isList()) {
        boolean hasGraph = arguments.hasGraph(parameter.name());
        value.forEach(
            v -> inputs.add(named(hasGraph ? v : held(temporary, v), parameter.name() + "[]")));
      } else {
        inputs.add(named(alias(temporary, only(value, parameter)), parameter.name()));
      }
    }
    return inputs;
  }

  private static NDArray selector(NDManager temporary, String method) {
    NDArray selector = NativeArrays.onHost(temporary, 0);
    selector.setName("module_method:" + method);
    return selector;
  }

  private static NDArray only(List<NDArray> value, Signatures.Parameter parameter) {
    if (value.size() != 1) {
      throw new IllegalArgumentException("argument '" + parameter.name() + "' is not one tensor");
    }
    return value.get(0);
  }

  /**
   * An array of a list; where arrays are checked, with a hold on its memory for the call, which has
   * no graph.
   */
  private static NDArray held(NDManager temporary, NDArray array) {
    return NativeArrays.CHECKED ? alias(temporary, array) : array;
  }

  /** DJL reads from an array's name how it is passed; the caller's own array keeps its name. */
  private static NDArray alias(NDManager temporary, NDArray array) {
    NDArray alias = array.stopGradient();
    alias.attach(temporary);
    return alias;
  }

  private static NDArray named(NDArray array, String name) {
    if (!name.equals(array.getName())) {
      array.setName(name);
    }
    return array;
  }

  private NDList run(NDList inputs) {
    JniUtils.setGraphExecutorOptimize(false);
    JniUtils.setGradMode(true);
    try {
      return IValueUtils.forward(block, inputs, true);
    } finally {
      JniUtils.setGradMode(false);
      EndOfProcess.computed();
    }
  }

  /** Frees the methods. */
  @Override
  public void close() {
    block.close();
  }
}
