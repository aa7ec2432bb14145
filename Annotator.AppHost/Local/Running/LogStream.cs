using System.Collections.Concurrent;

namespace Annotator.AppHost.Local.Running;

/// <summary>One line that a resource wrote.</summary>
internal sealed record LogLine(long Number, DateTimeOffset At, string Resource, string Text, bool IsError);

/// <summary>Everything the resources say: to the console, with the name in front, and the last lines kept for the status page.</summary>
/// <param name="verbose">Whether the console shows what the database and its like write of their daily life, too.</param>
internal sealed class LogStream(TimeProvider time, bool verbose)
{
    private const int Kept = 5_000;
    private static readonly int[] Colours = [36, 33, 35, 32, 34, 96, 95];
    private readonly ConcurrentQueue<LogLine> _lines = new();
    private readonly ConcurrentDictionary<string, int> _colourOf = new();
    private readonly bool _colours = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null;
    private readonly Lock _gate = new();
    private long _number;

    /// <param name="quietly">Kept for the status page and for the message about a failure; on the console only when verbose.</param>
    public void Write(string resource, string text, bool isError = false, bool quietly = false)
    {
        lock (_gate)
        {
            _lines.Enqueue(new LogLine(++_number, time.GetUtcNow(), resource, text, isError));
            while (_lines.Count > Kept)
            {
                _lines.TryDequeue(out _);
            }

            if (quietly && !verbose)
            {
                return;
            }

            var name = resource.PadRight(10);
            if (_colours)
            {
                var colour = _colourOf.GetOrAdd(resource, _ => Colours[_colourOf.Count % Colours.Length]);
                name = $"\u001b[{colour}m{name}\u001b[0m";
            }

            Console.Out.WriteLine($"{name} | {text}");
        }
    }

    /// <summary>Lines after the given number, oldest first; of one resource, or of all.</summary>
    public IEnumerable<LogLine> After(long number, string? resource) =>
        _lines.Where(line => line.Number > number && (resource is null || line.Resource == resource));

    /// <summary>The last lines of one resource, for the message about its failure.</summary>
    public string Tail(string resource, int count) =>
        string.Join('\n', _lines.Where(line => line.Resource == resource).TakeLast(count).Select(line => line.Text));
}
