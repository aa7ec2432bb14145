using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Tools;

/// <summary>
/// Keeps frames in a temporary file, to be read in any order. What stays in memory of a frame is its place there and what
/// opens its image.
/// </summary>
internal sealed class ItemSpool : IAsyncDisposable
{
    private static readonly JsonSerializerOptions _json = new()
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { WithoutFunctions } },
    };

    private readonly FileStream _file = Spool.Create();
    private readonly List<Entry> _entries = [];
    private long _end;

    public int Count => _entries.Count;

    /// <summary>Returns the frame's number here, from 0 on. Its size must be known, if it ever will be.</summary>
    public int Add(DatasetItem item)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(item, _json);
        _file.Position = _end;
        _file.Write(bytes);
        _entries.Add(new Entry(_end, bytes.Length, item.OpenImage));
        _end += bytes.Length;
        return _entries.Count - 1;
    }

    public DatasetItem Read(int number)
    {
        var entry = _entries[number];
        var bytes = new byte[entry.Length];
        _file.Position = entry.Offset;
        _file.ReadExactly(bytes);
        return JsonSerializer.Deserialize<DatasetItem>(bytes, _json)! with { OpenImage = entry.OpenImage };
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static void WithoutFunctions(JsonTypeInfo type)
    {
        for (var i = type.Properties.Count - 1; i >= 0; i--)
        {
            if (typeof(Delegate).IsAssignableFrom(type.Properties[i].PropertyType))
            {
                type.Properties.RemoveAt(i);
            }
        }
    }

    private readonly record struct Entry(long Offset, int Length, Func<CancellationToken, Task<Stream>>? OpenImage);
}
