/** ONNX models that ONNX Runtime computes, with a trained head or their own. */
package io.flexora.model.onnx;
