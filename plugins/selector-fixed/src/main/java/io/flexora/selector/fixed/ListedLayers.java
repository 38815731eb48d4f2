package io.flexora.selector.fixed;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.numerics.layer.UncomputedSelector;
import jakarta.inject.Inject;
import java.util.List;

/** The layers that were written down. */
@Doc("Choose the layers that are listed.")
public final class ListedLayers extends UncomputedSelector {

  private final ListOptions options;

  @Inject
  ListedLayers(ListOptions options) {
    this.options = options;
  }

  @Override
  protected Selection choose(SelectionBounds bounds) {
    int layers = bounds.shape().layers();
    List<Integer> unknown = options.layers().stream().filter(l -> l >= layers).toList();
    if (!unknown.isEmpty()) {
      throw new FlexoraException(
          "selector layers lists %s, but the model has %d layers, 0 to %d"
              .formatted(unknown, layers, layers - 1));
    }
    return Selection.of(options.layers());
  }
}
