namespace Annotator.Api.Models;

/// <summary>Who may bring models: configuration section <c>Models</c>.</summary>
public sealed class ModelOptions
{
    public const string Section = "Models";

    /// <summary>
    /// Whether users who may make tasks may also add models. A model is a program that the server runs, so that at first only
    /// administrators may.
    /// </summary>
    public bool UsersMayAdd { get; init; }
}
