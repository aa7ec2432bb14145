namespace Annotator.Formats;

/// <summary>
/// A dataset that cannot be read or written at all: damaged, hostile, over a limit, or of another format. Flaws of single
/// objects are not raised; they stand in the <see cref="DatasetReport"/>.
/// </summary>
/// <param name="code">A stable word, such as <c>archive-too-many-entries</c>.</param>
/// <param name="message">What is wrong, where, and which limit was passed.</param>
public sealed class DatasetException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Code { get; } = code;
}
