using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Annotator.Cli.Output;

/// <summary>What a command is given: its arguments, and where its words go.</summary>
internal sealed class CommandContext : IAsyncDisposable
{
    public static readonly JsonSerializerOptions JsonForm = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private readonly ParseResult _parsed;
    private readonly TextWriter _output;

    public CommandContext(ParseResult parsed, CommandHost host)
    {
        _parsed = parsed;
        _output = host.Output;
        Host = host;
        Json = parsed.GetValue(AnnotatorCommand.Json);
        Progress = new ProgressLine(host.ShowsProgress && !Json && !parsed.GetValue(AnnotatorCommand.Quiet) ? host.Error : TextWriter.Null);
    }

    public CommandHost Host { get; }

    public bool Json { get; }

    /// <summary>One line that is gone when the command ends; nothing at all where nobody watches.</summary>
    public ProgressLine Progress { get; }

    public T? Get<T>(Option<T> option) => _parsed.GetValue(option);

    public T Get<T>(Argument<T> argument) => _parsed.GetRequiredValue(argument);

    public bool Has(Option option) => _parsed.GetResult(option) is { Implicit: false };

    /// <summary>A line of the result for people.</summary>
    public void Write(string line)
    {
        Progress.Clear();
        _output.WriteLine(line);
    }

    public void Write(TextTable table)
    {
        Progress.Clear();
        table.Write(_output);
    }

    /// <summary>The whole result for programs.</summary>
    public void WriteJson(object value)
    {
        Progress.Clear();
        _output.WriteLine(JsonSerializer.Serialize(value, JsonForm));
    }

    public ValueTask DisposeAsync()
    {
        Progress.Clear();
        return ValueTask.CompletedTask;
    }
}
