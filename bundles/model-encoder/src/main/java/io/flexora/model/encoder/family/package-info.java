/** The families of encoders: the names of their tensors, and what they compute. */
package io.flexora.model.encoder.family;
