using Annotator.Core.Media;
using Annotator.Media.Video;

namespace Annotator.Worker.Media;

/// <summary>Small pictures of frames in one picture, row by row, for who scrubs along a video.</summary>
internal sealed class VideoStrip
{
    public const int Columns = 10;

    /// <summary>Key frames that can be decoded in the time that it takes to begin at another place of the file.</summary>
    public const int KeysForAJump = 15;

    private const int Channels = 3;
    private const int MaxTiles = 100;
    private const int MaxWidth = 320;
    private const int MaxExactFrames = 1000;
    private const int MaxFramesFromTheStart = 20_000;
    private readonly int _tiles;
    private readonly int _tileWidth;
    private readonly bool[] _drawn;

    public VideoStrip(Video video, int tiles, int tileWidth)
    {
        (_tiles, _tileWidth, _drawn) = (tiles, tileWidth, new bool[tiles]);
        TileHeight = (int)Math.Max(1, Math.Round((double)tileWidth * video.Height / video.Width));
        Width = Math.Min(Columns, tiles) * tileWidth;
        Height = (tiles + Columns - 1) / Columns * TileHeight;
        Pixels = new byte[Width * Height * Channels];
    }

    public int TileHeight { get; }
    public int Width { get; }
    public int Height { get; }

    /// <summary>8-bit red, green and blue, row by row, without gaps.</summary>
    public byte[] Pixels { get; }

    /// <summary>Whether a strip may be asked for.</summary>
    public static bool Allows(int step, int count, int width) => step > 0 && count is > 0 and <= MaxTiles && width is > 0 and <= MaxWidth;

    /// <summary>Whether the frames are near enough each other that all between them can be decoded.</summary>
    public static bool IsExact(int count, int step) => (long)count * step <= MaxExactFrames;

    /// <summary>Whether a file that is only read from its start is short enough up to its frame <paramref name="last"/>.</summary>
    public static bool IsNearTheStart(int last) => last <= MaxFramesFromTheStart;

    /// <summary>Puts each picture where its frame is shown.</summary>
    /// <param name="shown">Numbers in the video of the frames that the tiles show, rising.</param>
    public async Task DrawAsync(IAsyncEnumerable<VideoPicture> pictures, int[] shown, CancellationToken cancel)
    {
        await foreach (var picture in pictures.WithCancellation(cancel))
        {
            for (var tile = Array.IndexOf(shown, picture.Number); tile >= 0 && tile < _tiles && shown[tile] == picture.Number; tile++)
            {
                _drawn[tile] = true;
                Draw(picture, tile);
            }
        }
    }

    /// <summary>Frames of tiles whose picture did not come yet.</summary>
    /// <param name="shown">As for <see cref="DrawAsync"/>.</param>
    public List<int> Missing(int[] shown) => [.. shown.Where((_, tile) => !_drawn[tile]).Distinct()];

    /// <summary>A tile whose picture did not come shows that of the tile before.</summary>
    /// <returns>Whether there is any picture at all.</returns>
    public bool Complete()
    {
        for (var tile = 1; tile < _tiles; tile++)
        {
            if (!_drawn[tile])
            {
                Repeat(tile - 1, tile);
            }
        }

        return Array.IndexOf(_drawn, true) >= 0;
    }

    private void Repeat(int from, int to)
    {
        for (var y = 0; y < TileHeight; y++)
        {
            Pixels.AsSpan(RowOf(from, y), _tileWidth * Channels).CopyTo(Pixels.AsSpan(RowOf(to, y)));
        }
    }

    private int RowOf(int tile, int y) => ((((tile / Columns * TileHeight) + y) * Width) + (tile % Columns * _tileWidth)) * Channels;

    private void Draw(VideoPicture picture, int tile)
    {
        for (var y = 0; y < TileHeight; y++)
        {
            var from = Math.Min(y, picture.Height - 1) * picture.Width * Channels;
            picture.Pixels.AsSpan(from, Math.Min(picture.Width, _tileWidth) * Channels).CopyTo(Pixels.AsSpan(RowOf(tile, y)));
        }
    }
}
