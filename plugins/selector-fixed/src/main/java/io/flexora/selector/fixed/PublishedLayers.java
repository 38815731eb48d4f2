package io.flexora.selector.fixed;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.numerics.layer.UncomputedSelector;
import jakarta.inject.Inject;

/** The layers that the authors of Flexora, or those of CKA layer selection, published. */
@Doc(
    "Choose the layers that the authors of Flexora, or those of CKA layer selection, published for"
        + " a model and a task, to repeat their training without their search.")
public final class PublishedLayers extends UncomputedSelector {

  private final PublishedOptions options;

  @Inject
  PublishedLayers(PublishedOptions options) {
    this.options = options;
  }

  @Override
  protected Selection choose(SelectionBounds bounds) {
    PublishedLists lists = PublishedLists.all();
    int published = lists.sizes().get(options.model());
    int layers = bounds.shape().layers();
    if (layers != published) {
      throw new IncompatibleOptionException(
          "model",
          ("selector published has layers of %s, which has %d layers, but this model has %d; take"
                  + " that model, or write {use: layers, layers: [...]} with layers of this one")
              .formatted(PublishedLists.word(options.model()), published, layers));
    }
    return Selection.of(options.chosen(lists));
  }
}
