namespace Annotator.Inference;

/// <summary>A model, or a file beside it, that cannot be used.</summary>
/// <param name="code">A stable word, such as <c>model-external-data</c>.</param>
/// <param name="message">What is wrong, where, and which limit was passed; whole sentences for the user.</param>
public sealed class ModelException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Code { get; } = code;
}
