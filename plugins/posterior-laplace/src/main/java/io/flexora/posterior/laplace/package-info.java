/**
 * A Laplace approximation of the posterior of LoRA's parameters (Yang et al. 2024, arXiv
 * 2308.13111): a Gaussian around the trained ones, whose precision is a Kronecker-factored Gauss-
 * Newton matrix for each of the two factors plus the prior's.
 */
package io.flexora.posterior.laplace;
