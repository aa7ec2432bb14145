using System.Numerics;

namespace Annotator.Inference.Tracking;

/// <summary>
/// Follows an object by how it looks as a whole: a filter is learnt whose answer to the object's picture is one peak over its
/// middle (MOSSE: minimum output sum of squared error), and adapted while the peak is sharp. Its size is the one at which its
/// picture is most like the pictures before. It goes on where single points have nothing to hold on to, and forgets slowly
/// enough to survive a blink.
/// </summary>
public sealed class CorrelationTracker : IObjectTracker
{
    private const int Side = 64;

    /// <summary>How much around the object is looked at: with more, a resting ground holds the peak back.</summary>
    private const double Room = 1.5;
    private const double Learning = 0.1;
    private const double Regularisation = 1e-3;

    /// <summary>Cells; peaks of the object and of the ground must not melt into one between them.</summary>
    private const double PeakWidth = 1;
    private const double LeastSharpness = 6;
    private const int Patience = 5;

    /// <summary>How much larger and smaller the object is looked at, to tell its size from.</summary>
    private const double SizeStep = 1.02;

    /// <summary>How fast the remembered picture changes; slower than the filter, or sizes drift with it.</summary>
    private const double Remembering = 0.02;

    private static readonly double[] _window = Window();
    private static readonly Complex[] _wished = Wished();

    private readonly Complex[] _above = new Complex[Side * Side], _below = new Complex[Side * Side];
    private readonly double[] _startBox, _startPoints, _remembered;
    private double _x, _y, _size = 1;
    private double _speedX, _speedY;
    private int _doubtful;

    /// <param name="points">x, y pairs of any shape, or the two corners of a rectangle.</param>
    public CorrelationTracker(PixelImage frame, double[] points)
    {
        (_startPoints, _startBox) = (points, CarriedPoints.BoxOf(points));
        (_x, _y) = ((_startBox[0] + _startBox[2]) / 2, (_startBox[1] + _startBox[3]) / 2);

        // The first look is taken at several slightly other places and sizes, so that the filter learns what does not matter.
        for (var i = 0; i < 9; i++)
        {
            var (size, dx, dy) = (1 + (0.03 * ((i % 3) - 1)), ((i / 3) - 1) * 0.5, ((i % 2) - 0.5) * (i == 0 ? 0 : 1));
            Learn(Spectrum(Look(frame, _x + dx, _y + dy, size)), 1.0 / (i + 1));
        }

        _remembered = Look(frame, _x, _y, 1);
        Learn(Spectrum(_remembered), 0.3);
    }

    public ValueTask<TrackStep> NextAsync(PixelImage frame, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Step(frame));
    }

    /// <summary>Looks for the object in the next frame. A lost object stays where it was.</summary>
    public TrackStep Step(PixelImage frame)
    {
        // A steady object is looked for where it is going.
        var (fromX, fromY) = (_x + (0.5 * _speedX), _y + (0.5 * _speedY));
        var (dx, dy, sharpest) = Peak(Spectrum(Look(frame, fromX, fromY, _size)));
        var best = (X: fromX + (dx * CellX(_size)), Y: fromY + (dy * CellY(_size)));
        var score = Math.Clamp(sharpest / (4 * LeastSharpness), 0, 1);
        if (sharpest < LeastSharpness)
        {
            _doubtful++;
            return new TrackStep(Points(), score, _doubtful >= Patience ? "it looks like nothing there any more" : null);
        }

        _doubtful = 0;
        (_speedX, _speedY) = (best.X - _x, best.Y - _y);
        if (best.X < 0 || best.Y < 0 || best.X >= frame.Width || best.Y >= frame.Height)
        {
            return new TrackStep(Points(), score, "it left the picture");
        }

        (_x, _y) = best;
        _size = SizeAt(frame);
        var look = Look(frame, _x, _y, _size);
        Learn(Spectrum(look), Learning);
        for (var i = 0; i < look.Length; i++)
        {
            _remembered[i] += Remembering * (look[i] - _remembered[i]);
        }

        return new TrackStep(Points(), score, null);
    }

    /// <summary>The size at which the object looks most like itself: the top of the parabola through three sizes.</summary>
    private double SizeAt(PixelImage frame)
    {
        var (smaller, same, larger) = (Likeness(_size / SizeStep), Likeness(_size), Likeness(_size * SizeStep));
        var bend = smaller - (2 * same) + larger;
        var steps = bend < -1e-9 ? Math.Clamp((smaller - larger) / (2 * bend), -1, 1) : 0;
        return _size * Math.Pow(SizeStep, steps);

        double Likeness(double size) => Look(frame, _x, _y, size).Zip(_remembered, (now, before) => now * before).Sum();
    }

    private double CellX(double size) => Room * (_startBox[2] - _startBox[0]) * size / Side;

    private double CellY(double size) => Room * (_startBox[3] - _startBox[1]) * size / Side;

    private double[] Points()
    {
        var (halfWidth, halfHeight) = ((_startBox[2] - _startBox[0]) * _size / 2, (_startBox[3] - _startBox[1]) * _size / 2);
        return CarriedPoints.Move(_startPoints, _startBox, [_x - halfWidth, _y - halfHeight, _x + halfWidth, _y + halfHeight]);
    }

    /// <summary>The object's picture with what is around it: small, even in brightness, fading to its edges.</summary>
    private double[] Look(PixelImage frame, double x, double y, double size)
    {
        var (cellX, cellY) = (CellX(size), CellY(size));
        var values = new double[Side * Side];
        var pixels = frame.Pixels.Span;

        // Each cell is the mean of a few places in it, so that small things do not flicker.
        var (stepsX, stepsY) = (Math.Clamp((int)Math.Ceiling(cellX), 1, 4), Math.Clamp((int)Math.Ceiling(cellY), 1, 4));
        var mean = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            var sum = 0.0;
            for (var s = 0; s < stepsX * stepsY; s++)
            {
                var px = (int)Math.Clamp(x + (((i % Side) - (Side / 2) + (((s % stepsX) + 0.5) / stepsX)) * cellX), 0, frame.Width - 1);
                var py = (int)Math.Clamp(y + (((i / Side) - (Side / 2) + (((s / stepsX) + 0.5) / stepsY)) * cellY), 0, frame.Height - 1);
                var at = ((py * frame.Width) + px) * 3;
                sum += (0.299 * pixels[at]) + (0.587 * pixels[at + 1]) + (0.114 * pixels[at + 2]);
            }

            values[i] = Math.Log(1 + (sum / (stepsX * stepsY)));
            mean += values[i] / values.Length;
        }

        var spread = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / values.Length) + 1e-5;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (values[i] - mean) / spread * _window[i];
        }

        return values;
    }

    private static Complex[] Spectrum(double[] look)
    {
        var spectrum = Array.ConvertAll(look, value => new Complex(value, 0));
        SpectrumSquare.Transform(spectrum, Side, inverse: false);
        return spectrum;
    }

    private void Learn(Complex[] look, double share)
    {
        for (var i = 0; i < look.Length; i++)
        {
            _above[i] = ((1 - share) * _above[i]) + (share * _wished[i] * Complex.Conjugate(look[i]));
            _below[i] = ((1 - share) * _below[i]) + (share * look[i] * Complex.Conjugate(look[i]));
        }
    }

    /// <summary>Where the answer is highest, in cells from the middle, and by how many spreads it stands out of the rest.</summary>
    private (double X, double Y, double Sharpness) Peak(Complex[] look)
    {
        var answer = new Complex[look.Length];
        var energy = _below.Average(value => value.Real);
        for (var i = 0; i < answer.Length; i++)
        {
            answer[i] = _above[i] * look[i] / (_below[i] + (Regularisation * energy) + 1e-9);
        }

        SpectrumSquare.Transform(answer, Side, inverse: true);
        var best = 0;
        for (var i = 1; i < answer.Length; i++)
        {
            best = answer[i].Real > answer[best].Real ? i : best;
        }

        var (column, row) = (best % Side, best / Side);
        double sum = 0, squares = 0;
        var count = 0;
        for (var i = 0; i < answer.Length; i++)
        {
            if (Math.Abs((i % Side) - column) > 5 || Math.Abs((i / Side) - row) > 5)
            {
                (sum, squares, count) = (sum + answer[i].Real, squares + (answer[i].Real * answer[i].Real), count + 1);
            }
        }

        var mean = sum / count;
        var spread = Math.Sqrt(Math.Max(0, (squares / count) - (mean * mean))) + 1e-9;
        return (column - (Side / 2) + Between(answer, column, row, 1, 0), row - (Side / 2) + Between(answer, column, row, 0, 1), (answer[best].Real - mean) / spread);
    }

    /// <summary>The peak between cells: of the parabola through three of them.</summary>
    private static double Between(Complex[] answer, int column, int row, int dx, int dy)
    {
        if (column < dx || row < dy || column + dx >= Side || row + dy >= Side)
        {
            return 0;
        }

        var (before, here, after) = (answer[((row - dy) * Side) + column - dx].Real, answer[(row * Side) + column].Real, answer[((row + dy) * Side) + column + dx].Real);
        var bend = before - (2 * here) + after;
        return bend < -1e-12 ? Math.Clamp((before - after) / (2 * bend), -0.5, 0.5) : 0;
    }

    private static double[] Window()
    {
        var hill = Enumerable.Range(0, Side).Select(i => 0.5 * (1 - Math.Cos(2 * Math.PI * i / (Side - 1)))).ToArray();
        return [.. Enumerable.Range(0, Side * Side).Select(i => hill[i / Side] * hill[i % Side])];
    }

    private static Complex[] Wished()
    {
        var peak = Enumerable.Range(0, Side * Side).Select(i =>
        {
            var (x, y) = ((i % Side) - (Side / 2), (i / Side) - (Side / 2));
            return new Complex(Math.Exp(-((x * x) + (y * y)) / (2 * PeakWidth * PeakWidth)), 0);
        }).ToArray();
        SpectrumSquare.Transform(peak, Side, inverse: false);
        return peak;
    }
}
