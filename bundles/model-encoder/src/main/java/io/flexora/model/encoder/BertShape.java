package io.flexora.model.encoder;

/** The dimensions of a BERT encoder. */
record BertShape(
    int layers,
    int hidden,
    int heads,
    int intermediate,
    int vocabulary,
    int positions,
    double epsilon) {
  int headSize() {
    return hidden / heads;
  }
}
