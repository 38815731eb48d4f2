package io.flexora.distribution.tiny;

import io.flexora.numerics.torch.TorchEngine;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Has PyTorch compute in one thread while a class's tests run: threads that wait for each other
 * cost tiny tensors more than they save.
 */
public final class OneThread implements BeforeAllCallback, AfterAllCallback {

  private int threads;

  @Override
  public void beforeAll(ExtensionContext context) {
    threads = TorchEngine.start().threads();
    TorchEngine.start().useThreads(1);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    TorchEngine.start().useThreads(threads);
  }
}
