using Microsoft.Extensions.Options;

namespace Annotator.Worker.Media;

/// <summary>How much of their room made media take: as the sweeper found, and what has been made since.</summary>
internal sealed class MadeMediaRoom(IOptions<MadeMediaOptions> options)
{
    /// <summary>The share of the room that is filled by what nobody has asked for.</summary>
    private const double ShareForPreparing = 0.8;

    private long _bytes = -1;

    /// <summary>Whether more may be made that nobody has asked for. Not before the room has been looked at once.</summary>
    public bool IsThereForPreparing => Volatile.Read(ref _bytes) is >= 0 and var bytes && bytes < options.Value.MaxBytes * ShareForPreparing;

    public void Found(long bytes) => Volatile.Write(ref _bytes, bytes);

    public void Add(long bytes)
    {
        if (Volatile.Read(ref _bytes) >= 0)
        {
            Interlocked.Add(ref _bytes, bytes);
        }
    }
}
