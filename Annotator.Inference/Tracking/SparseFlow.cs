namespace Annotator.Inference.Tracking;

/// <summary>
/// Where points of one picture lie in the next, by Lucas and Kanade's method: the small shift that explains how brightness
/// around a point changed, from coarse to fine.
/// </summary>
internal static class SparseFlow
{
    public const int Levels = 4;
    private const int Reach = 7;
    private const int Rounds = 12;
    private const float Settled = 0.01f;
    private const float LeastTexture = 0.5f;

    /// <returns>The place in the next picture; null where there is nothing to hold on to, or it left the picture.</returns>
    public static (float X, float Y)? Follow(GreyPyramid from, GreyPyramid to, float x, float y)
    {
        var (shiftX, shiftY) = (0f, 0f);
        for (var level = Math.Min(from.Levels.Count, to.Levels.Count) - 1; level >= 0; level--)
        {
            var scale = 1f / (1 << level);

            // The middle of pixel 0 of a half lies between pixels 0 and 1.
            var (atX, atY) = (((x + 0.5f) * scale) - 0.5f, ((y + 0.5f) * scale) - 0.5f);
            if (Shift(from.Levels[level], to.Levels[level], atX, atY, shiftX, shiftY) is { } found)
            {
                (shiftX, shiftY) = found;
            }
            else if (level == 0)
            {
                return null;
            }

            if (level > 0)
            {
                (shiftX, shiftY) = (shiftX * 2, shiftY * 2);
            }
        }

        var (nextX, nextY) = (x + shiftX, y + shiftY);
        var picture = to.Levels[0];
        return nextX >= 0 && nextY >= 0 && nextX < picture.Width && nextY < picture.Height ? (nextX, nextY) : null;
    }

    private static (float X, float Y)? Shift(GreyImage from, GreyImage to, float x, float y, float shiftX, float shiftY)
    {
        const int Side = (2 * Reach) + 1, Wide = Side + 2;
        Span<float> around = stackalloc float[Wide * Wide], values = stackalloc float[Side * Side], slopesX = stackalloc float[Side * Side], slopesY = stackalloc float[Side * Side];
        from.Square(x - Reach - 1, y - Reach - 1, Wide, around);
        float xx = 0, xy = 0, yy = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var at = (((i / Side) + 1) * Wide) + (i % Side) + 1;
            values[i] = around[at];
            slopesX[i] = (around[at + 1] - around[at - 1]) / 2;
            slopesY[i] = (around[at + Wide] - around[at - Wide]) / 2;
            (xx, xy, yy) = (xx + (slopesX[i] * slopesX[i]), xy + (slopesX[i] * slopesY[i]), yy + (slopesY[i] * slopesY[i]));
        }

        var determinant = (xx * yy) - (xy * xy);
        var weakest = ((xx + yy) - MathF.Sqrt(((xx - yy) * (xx - yy)) + (4 * xy * xy))) / (2 * values.Length);
        if (weakest < LeastTexture || determinant <= 0)
        {
            return null;
        }

        Span<float> there = stackalloc float[Side * Side];
        for (var round = 0; round < Rounds; round++)
        {
            to.Square(x + shiftX - Reach, y + shiftY - Reach, Side, there);
            float bx = 0, by = 0;
            for (var i = 0; i < values.Length; i++)
            {
                var change = values[i] - there[i];
                (bx, by) = (bx + (change * slopesX[i]), by + (change * slopesY[i]));
            }

            var (stepX, stepY) = (((yy * bx) - (xy * by)) / determinant, ((xx * by) - (xy * bx)) / determinant);
            (shiftX, shiftY) = (shiftX + stepX, shiftY + stepY);
            if (!float.IsFinite(shiftX + shiftY) || MathF.Abs(shiftX) + MathF.Abs(shiftY) > to.Width + to.Height)
            {
                return null;
            }

            if ((stepX * stepX) + (stepY * stepY) < Settled * Settled)
            {
                break;
            }
        }

        return (shiftX, shiftY);
    }
}
